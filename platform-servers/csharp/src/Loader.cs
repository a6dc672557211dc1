// Finding what is marked in the assemblies of steps.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Mprun.Expressions;

namespace Mprun
{
    internal static class Loader
    {
        const BindingFlags Declared = BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.Instance
            | BindingFlags.Static | BindingFlags.DeclaredOnly;

        /// <summary>All that is marked, in the order of the sources.
        /// </summary>
        public static Registry Load(IEnumerable<Assembly> assemblies)
        {
            var registry = new Registry();
            foreach (Assembly assembly in assemblies)
                AddTypes(registry, TypesOf(assembly, registry));
            registry.Compile();
            return registry;
        }

        /// <summary>All that is marked in these classes.</summary>
        public static Registry LoadTypes(params Type[] types)
        {
            var registry = new Registry();
            AddTypes(registry, types);
            registry.Compile();
            return registry;
        }

        static void AddTypes(Registry registry, Type[] types)
        {
            foreach (Type type in types)
                foreach (MethodInfo method in Ordered(
                        type.GetMethods(Declared)))
                    if (method.IsDefined(typeof(MarkAttribute), false))
                        AddMethod(registry, type, method);
        }

        /// <summary>Assemblies of files; what cannot be loaded is a problem.
        /// </summary>
        public static Registry LoadFiles(IEnumerable<string> files)
        {
            var assemblies = new List<Assembly>();
            var problems = new List<string>();
            foreach (string file in files) {
                try {
                    assemblies.Add(Assembly.LoadFrom(file));
                } catch (Exception error) when (
                        error is System.IO.IOException
                        || error is BadImageFormatException
                        || error is ArgumentException) {
                    problems.Add($"{file}: {error.Message}");
                }
            }
            Registry registry = Load(assemblies);
            foreach (string problem in problems)
                registry.Report(null, problem);
            return registry;
        }

        static Type[] TypesOf(Assembly assembly, Registry registry)
        {
            Type[] types;
            try {
                types = assembly.GetTypes();
            } catch (ReflectionTypeLoadException error) {
                foreach (Exception one in error.LoaderExceptions)
                    registry.Report(null,
                        $"{assembly.GetName().Name}: {one.Message}");
                types = Array.FindAll(error.Types, type => type != null);
            }
            return Ordered(types);
        }

        static T[] Ordered<T>(T[] members) where T : MemberInfo
        {
            Array.Sort(members, (left, right) =>
                left.MetadataToken.CompareTo(right.MetadataToken));
            return members;
        }

        static void AddMethod(Registry registry, Type type, MethodInfo method)
        {
            var marks = (MarkAttribute[])method.GetCustomAttributes(
                typeof(MarkAttribute), false);
            Array.Sort(marks, (left, right) => left.Line - right.Line);
            var place = new Location(marks[0].File, marks[0].Line);
            string fault = FaultOf(type, method);
            if (fault != null) {
                registry.Report(place, $"{type.Name}.{method.Name} {fault}");
                return;
            }
            foreach (MarkAttribute mark in marks)
                if (mark is StepAttribute step)
                    registry.Definitions.Add(
                        new StepDefinition(method, step));
                else if (mark is ParameterTypeAttribute parameter)
                    AddType(registry, method, parameter);
                else
                    AddHook(registry, method, (HookAttribute)mark);
        }

        /// <summary>Why the method cannot be called, or null.</summary>
        static string FaultOf(Type type, MethodInfo method)
        {
            if (method.ContainsGenericParameters)
                return "has type parameters, for which nobody gives types";
            if (IsIterator(type, method))
                return "is an iterator (it holds a yield): its body would not"
                    + " be run";
            if (method.ReturnType == typeof(void)
                    && method.IsDefined(typeof(AsyncStateMachineAttribute),
                        false))
                return "is async void: nobody can wait for it; make it async"
                    + " Task";
            if (method.IsStatic)
                return null;
            try {
                Process.ConstructorOf(type);
                return null;
            } catch (InvalidOperationException error) {
                return $"needs an object: {error.Message}";
            }
        }

        // Of an iterator the compiler makes a class that enumerates.
        static bool IsIterator(Type type, MethodInfo method)
        {
            if (!typeof(IEnumerable).IsAssignableFrom(method.ReturnType)
                    && !typeof(IEnumerator).IsAssignableFrom(
                        method.ReturnType))
                return false;
            foreach (Type nested in type.GetNestedTypes(
                    BindingFlags.NonPublic))
                if (typeof(IEnumerator).IsAssignableFrom(nested)
                        && nested.Name.StartsWith($"<{method.Name}>",
                            StringComparison.Ordinal))
                    return true;
            return false;
        }

        static void AddHook(Registry registry, MethodInfo method,
            HookAttribute mark)
        {
            var hook = new Hook(method, mark);
            foreach (ParameterInfo parameter in hook.Parameters)
                if (!Binding.IsInjected(parameter.ParameterType)
                        && !parameter.IsOptional)
                    registry.Report(hook.Location, $"{method.Name}: a hook"
                        + " takes a Context and a CancellationToken, and"
                        + " nothing else");
            registry.Add(hook);
        }

        static void AddType(Registry registry, MethodInfo method,
            ParameterTypeAttribute mark)
        {
            var location = new Location(mark.File, mark.Line);
            string what = $"parameter type {{{mark.Name}}}";
            if (!method.IsStatic) {
                registry.Report(location,
                    $"{what}: {method.Name} must be static");
                return;
            }
            try {
                GroupTree groups = GroupTree.Parse(mark.Pattern);
                new Regex(mark.Pattern);
                int wanted = Math.Max(1, groups.Children.Count);
                if (method.GetParameters().Length != wanted)
                    throw new ArgumentException($"{method.Name} must take"
                        + $" {wanted} string(s), one for each group of"
                        + $" '{mark.Pattern}'");
                var type = new ParameterType(mark.Name,
                    new[] { mark.Pattern }, found => Make(method, found)) {
                    TypeName = NameOf(method.ReturnType),
                    UseForSnippets = mark.UseForSnippets
                };
                registry.Types.Add(type);
                registry.TypePlaces[type] = location;
            } catch (ArgumentException error) {
                registry.Report(location, $"{what}: {error.Message}");
            }
        }

        /// <summary>As C# has it, where that is another name.</summary>
        static string NameOf(Type type)
        {
            return type == typeof(int) ? "int"
                : type == typeof(string) ? "string"
                : type == typeof(double) ? "double"
                : type == typeof(bool) ? "bool" : type.Name;
        }

        static object Make(MethodInfo method, string[] found)
        {
            ParameterInfo[] wanted = method.GetParameters();
            var given = new object[wanted.Length];
            for (int i = 0; i < given.Length; i++)
                given[i] = Conversion.Convert(found[i],
                    wanted[i].ParameterType);
            return method.Invoke(null, given);
        }
    }
}
