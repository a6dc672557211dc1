// What lasts from one step of a process to the next.

using System;
using System.Collections.Generic;
using System.Reflection;

namespace Mprun
{
    /// <summary>
    /// The objects of one scenario, their state, and what is to be done at
    /// its end.
    /// </summary>
    internal sealed class Process
    {
        sealed class CleanUp
        {
            public Action Action;
            public string Name;
        }

        readonly Stack<CleanUp> cleanUps = new Stack<CleanUp>();
        readonly Dictionary<Type, object> objects =
            new Dictionary<Type, object>();
        Dictionary<string, object> initialize =
            new Dictionary<string, object>();

        public State State { get; private set; } = new State();

        public Context Context { get; private set; }

        public bool Initialized { get; private set; }

        public int CleanUps => cleanUps.Count;

        public Process()
        {
            Context = new Context(this);
        }

        // What the runner told

        public void Initialize(Dictionary<string, object> parameters)
        {
            initialize = parameters;
            Initialized = true;
        }

        public Dictionary<string, object> Part(string part)
        {
            initialize.TryGetValue(part, out object value);
            return value as Dictionary<string, object>;
        }

        /// <summary>A value of `initialize`, else of the environment, else
        /// null.</summary>
        public string Setting(string part, string member, string variable)
        {
            object value = null;
            Part(part)?.TryGetValue(member, out value);
            string text = value == null ? null : JsonWriter.Describe(value);
            if (string.IsNullOrEmpty(text))
                text = Environment.GetEnvironmentVariable(variable);
            return string.IsNullOrEmpty(text) ? null : text;
        }

        public long Limit(string member, long otherwise)
        {
            object value = null;
            Part("limits")?.TryGetValue(member, out value);
            return value is long number && number >= 0 ? number : otherwise;
        }

        /// <summary>The values of `run` are those of another case now.
        /// </summary>
        public void Enter(object run)
        {
            if (!(run is Dictionary<string, object> members))
                return;
            var all = Part("run") ?? new Dictionary<string, object>();
            all = new Dictionary<string, object>(all);
            foreach (KeyValuePair<string, object> one in members)
                all[one.Key] = one.Value;
            initialize = new Dictionary<string, object>(initialize) {
                ["run"] = all
            };
        }

        // Objects

        /// <summary>The object of this class, made when first asked for. Its
        /// constructor may ask for the context and for others.</summary>
        public object Get(Type type)
        {
            return Get(type, new List<Type>());
        }

        object Get(Type type, List<Type> asking)
        {
            if (type == typeof(Context))
                return Context;
            if (objects.TryGetValue(type, out object known))
                return known;
            if (asking.Contains(type))
                throw new InvalidOperationException(
                    $"{type.Name} needs itself to be made");
            asking.Add(type);
            ConstructorInfo maker = ConstructorOf(type);
            var wanted = maker.GetParameters();
            var given = new object[wanted.Length];
            for (int i = 0; i < given.Length; i++)
                given[i] = Get(wanted[i].ParameterType, asking);
            asking.Remove(type);
            object made = maker.Invoke(given);
            objects[type] = made;
            if (made is IDisposable disposable)
                Defer(disposable.Dispose, $"{type.Name}.Dispose");
            return made;
        }

        /// <summary>The one with the most parameters; or why there is none.
        /// </summary>
        public static ConstructorInfo ConstructorOf(Type type)
        {
            ConstructorInfo best = null;
            if (type.IsClass && !type.IsAbstract && type != typeof(string))
                foreach (ConstructorInfo one in type.GetConstructors())
                    if (best == null || one.GetParameters().Length
                            > best.GetParameters().Length)
                        best = one;
            return best ?? throw new InvalidOperationException(
                $"{type.Name} cannot be made: it has to be a class with a"
                + " public constructor, whose parameters are Context and other"
                + " such classes");
        }

        // The end

        public void Defer(Action action, string name)
        {
            lock (cleanUps)
                cleanUps.Push(new CleanUp { Action = action, Name = name });
        }

        /// <summary>Does and forgets all that is to be done at the end, last
        /// first; gives what went wrong.</summary>
        public List<string> Finish()
        {
            var problems = new List<string>();
            for (;;) {
                CleanUp next;
                lock (cleanUps) {
                    if (cleanUps.Count == 0)
                        break;
                    next = cleanUps.Pop();
                }
                try {
                    next.Action();
                } catch (Exception error) {
                    problems.Add($"{next.Name}: {error.GetType().Name}:"
                        + $" {Failure.MessageOf(error)}");
                }
            }
            objects.Clear();
            State = new State();
            Context = new Context(this);
            return problems;
        }
    }
}
