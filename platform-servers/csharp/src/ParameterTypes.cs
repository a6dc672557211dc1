// The types that expressions may name.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace Mprun.Expressions
{
    /// <summary>Turns what a group has found into a value.</summary>
    internal delegate object Transformer(string[] groups);

    internal sealed class ParameterType
    {
        public readonly string Name;
        public readonly string[] Patterns;
        readonly Transformer transform;

        /// <summary>Of C#, for snippets.</summary>
        public string TypeName = "string";

        public bool UseForSnippets;

        /// <summary>Is it a number that the SDK itself reads?</summary>
        public bool IsNumber;

        public ParameterType(string name, string[] patterns,
            Transformer transform)
        {
            Name = name;
            Patterns = patterns;
            this.transform = transform;
        }

        /// <summary>null where nothing was found.</summary>
        public object Transform(string[] groups)
        {
            return Array.TrueForAll(groups, group => group == null)
                ? null : transform(groups);
        }
    }

    internal sealed class ParameterTypes
    {
        static readonly string[] whole = { "-?\\d+", "\\d+" };
        static readonly string[] real = {
            "(?=.*\\d.*)[-+]?\\d*(?:\\.(?=\\d.*))?\\d*(?:\\d+[E][+-]?\\d+)?"
        };
        static readonly string[] quoted = {
            "\"([^\"\\\\]*(\\\\.[^\"\\\\]*)*)\"|'([^'\\\\]*(\\\\.[^'\\\\]*)*)'"
        };

        readonly Dictionary<string, ParameterType> types =
            new Dictionary<string, ParameterType>();

        /// <summary>In the order of their definition.</summary>
        public readonly List<ParameterType> All = new List<ParameterType>();

        public ParameterTypes()
        {
            AddNumber("int", "int", whole, Conversion.WholeNumber);
            AddNumber("float", "double", real, Real);
            AddText("word", "[^\\s]+", groups => groups[0]);
            Add(new ParameterType("string", quoted, Unquoted) {
                UseForSnippets = true
            });
            AddText("", ".*", groups => groups[0]);
            AddNumber("double", "double", real, Real);
            AddNumber("bigdecimal", "decimal", real, text => decimal.Parse(
                text, NumberStyles.Float, CultureInfo.InvariantCulture));
            AddNumber("byte", "sbyte", whole, Conversion.WholeNumber);
            AddNumber("short", "short", whole, Conversion.WholeNumber);
            AddNumber("long", "long", whole, Conversion.WholeNumber);
            AddNumber("biginteger", "BigInteger", whole,
                Conversion.WholeNumber);
            Find("int").UseForSnippets = true;
            Find("float").UseForSnippets = true;
        }

        void AddNumber(string name, string typeName, string[] patterns,
            Func<string, object> parse)
        {
            Add(new ParameterType(name, patterns, groups => parse(groups[0])) {
                TypeName = typeName, IsNumber = true
            });
        }

        void AddText(string name, string pattern, Transformer transform)
        {
            Add(new ParameterType(name, new[] { pattern }, transform));
        }

        static object Real(string text)
        {
            return double.Parse(text, NumberStyles.Float,
                CultureInfo.InvariantCulture);
        }

        static object Unquoted(string[] groups)
        {
            return (groups[0] ?? groups[1]).Replace("\\\"", "\"")
                .Replace("\\'", "'");
        }

        public ParameterType Find(string name)
        {
            types.TryGetValue(name, out ParameterType type);
            return type;
        }

        public ParameterType FindByPattern(string pattern)
        {
            return All.Find(
                type => Array.IndexOf(type.Patterns, pattern) >= 0);
        }

        /// <summary>ArgumentException if the name cannot be had.</summary>
        public void Add(ParameterType type)
        {
            if (types.ContainsKey(type.Name))
                throw new ArgumentException(type.Name == ""
                    ? "the anonymous type cannot be defined anew"
                    : $"there is a parameter type {{{type.Name}}} already");
            if (type.Name.IndexOfAny("{}()\\/".ToCharArray()) >= 0)
                throw new ArgumentException("the name of a parameter type may"
                    + " not contain '{', '}', '(', ')', '\\' or '/'");
            types.Add(type.Name, type);
            All.Add(type);
        }
    }
}
