// The capturing groups of a regular expression: which stand inside which.

using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Mprun.Expressions
{
    /// <summary>One group; the root stands for the whole expression.
    /// </summary>
    internal sealed class GroupTree
    {
        public readonly List<GroupTree> Children = new List<GroupTree>();

        /// <summary>What stands between its brackets.</summary>
        public string Source { get; private set; }

        int number;
        string name;
        bool captures = true;
        int start;

        public static GroupTree Parse(string pattern)
        {
            var root = new GroupTree();
            var open = new Stack<GroupTree>();
            open.Push(root);
            int count = 0;
            bool inClass = false;
            for (int i = 0; i < pattern.Length; i++) {
                char letter = pattern[i];
                if (letter == '\\')
                    i++;
                else if (inClass)
                    inClass = letter != ']';
                else if (letter == '[')
                    inClass = true;
                else if (letter == '(')
                    open.Push(Begin(pattern, i, ref count));
                else if (letter == ')' && open.Count > 1)
                    End(pattern, i, open);
            }
            return root;
        }

        static GroupTree Begin(string pattern, int at, ref int count)
        {
            var group = new GroupTree { start = at + 1 };
            if (at + 1 < pattern.Length && pattern[at + 1] == '?')
                BeginSpecial(group, pattern, at + 2);
            // .NET counts groups with names after all others.
            if (group.captures && group.name == null)
                group.number = ++count;
            return group;
        }

        static void BeginSpecial(GroupTree group, string pattern, int at)
        {
            char first = at < pattern.Length ? pattern[at] : ' ';
            char second = at + 1 < pattern.Length ? pattern[at + 1] : ' ';
            bool named = (first == '<' && second != '=' && second != '!')
                || first == '\'';
            group.captures = named;
            if (!named)
                return;
            int end = pattern.IndexOf(first == '<' ? '>' : '\'', at + 1);
            if (end < 0)
                return;
            group.name = pattern.Substring(at + 1, end - at - 1);
            group.start = end + 1;
        }

        static void End(string pattern, int at, Stack<GroupTree> open)
        {
            GroupTree group = open.Pop();
            GroupTree parent = open.Peek();
            group.Source = pattern.Substring(group.start, at - group.start);
            if (group.captures)
                parent.Children.Add(group);
            else
                parent.Children.AddRange(group.Children);
        }

        public FoundGroup Of(Match match)
        {
            Group group = name != null
                ? match.Groups[name] : match.Groups[number];
            var children = new List<FoundGroup>();
            foreach (GroupTree child in Children)
                children.Add(child.Of(match));
            return new FoundGroup(group.Success ? group.Value : null,
                group.Index, children);
        }
    }

    /// <summary>What a group has found; Value is null if nothing.</summary>
    internal sealed class FoundGroup
    {
        public readonly string Value;
        public readonly int Start;
        public readonly List<FoundGroup> Children;

        public FoundGroup(string value, int start, List<FoundGroup> children)
        {
            Value = value;
            Start = start;
            Children = children;
        }

        /// <summary>What a parameter type makes a value of.</summary>
        public string[] Values()
        {
            return Children.Count == 0 ? new[] { Value }
                : Children.ConvertAll(child => child.Value).ToArray();
        }
    }
}
