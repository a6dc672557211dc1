// From what a step gives to what its method takes.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using Mprun.Expressions;

namespace Mprun
{
    internal static class Binding
    {
        /// <summary>Does the server give it, wherever it stands?</summary>
        public static bool IsInjected(Type type)
        {
            return type == typeof(Context)
                || type == typeof(CancellationToken);
        }

        /// <summary>
        /// The values for all parameters: those of the expression in their
        /// order, then table and doc string, each where it fits.
        /// </summary>
        public static object[] Values(Marked marked, List<Found> found,
            Argument argument, Context context, StepRun run)
        {
            var values = new object[marked.Parameters.Length];
            int used = 0;
            object table = argument.Table;
            object doc = argument.Doc;
            for (int i = 0; i < values.Length; i++) {
                ParameterInfo parameter = marked.Parameters[i];
                Type type = parameter.ParameterType;
                if (type == typeof(Context))
                    values[i] = context;
                else if (type == typeof(CancellationToken))
                    values[i] = run.Token;
                else if (used < found.Count)
                    values[i] = found[used++].As(type);
                else if (doc != null && TakesDoc(type))
                    values[i] = Take(ref doc, type);
                else if (table != null && !TakesDocOnly(type))
                    values[i] = TableAs(type, Take(ref table));
                else if (parameter.IsOptional)
                    values[i] = parameter.DefaultValue;
                else
                    throw Misfit(marked, found, argument);
            }
            if (used < found.Count || table != null || doc != null)
                throw Misfit(marked, found, argument);
            return values;
        }

        static bool TakesDoc(Type type)
        {
            return TakesDocOnly(type) || type == typeof(object);
        }

        static bool TakesDocOnly(Type type)
        {
            return type == typeof(DocString) || type == typeof(string);
        }

        static object Take(ref object doc, Type type)
        {
            var taken = (DocString)doc;
            doc = null;
            return type == typeof(string) ? (object)taken.Content : taken;
        }

        static DataTable Take(ref object table)
        {
            var taken = (DataTable)table;
            table = null;
            return taken;
        }

        static FormatException Misfit(Marked marked, List<Found> found,
            Argument argument)
        {
            var gives = new List<string>();
            foreach (Found one in found)
                gives.Add($"'{one.Group.Value}'");
            if (argument.Table != null)
                gives.Add("a data table");
            if (argument.Doc != null)
                gives.Add("a doc string");
            var takes = new List<string>();
            foreach (ParameterInfo parameter in marked.Parameters)
                if (!IsInjected(parameter.ParameterType))
                    takes.Add($"{parameter.ParameterType.Name}"
                        + $" {parameter.Name}");
            return new FormatException($"{marked.Location}:"
                + $" {marked.Method.Name} takes"
                + $" ({string.Join(", ", takes)}), the step gives"
                + $" ({string.Join(", ", gives)})");
        }

        // Tables

        static object TableAs(Type type, DataTable table)
        {
            if (type.IsInstanceOfType(table))
                return table;
            if (type.IsAssignableFrom(typeof(Dictionary<string, string>)))
                return table.RowsHash;
            Type item = type.IsArray ? type.GetElementType()
                : type.IsGenericType ? type.GetGenericArguments()[0] : null;
            if (item == null || type.IsGenericType
                    && type.GetGenericArguments().Length > 1)
                throw new FormatException(
                    $"a data table cannot become a {type.Name}");
            var list = (IList)Activator.CreateInstance(
                typeof(List<>).MakeGenericType(item));
            foreach (object one in Items(item, table))
                list.Add(one);
            if (!type.IsArray)
                return list;
            Array array = Array.CreateInstance(item, list.Count);
            list.CopyTo(array, 0);
            return array;
        }

        /// <summary>One for each row: a dictionary, the cells, the cell, or
        /// an object.</summary>
        static IEnumerable Items(Type item, DataTable table)
        {
            if (item.IsAssignableFrom(typeof(Dictionary<string, string>)))
                return table.Hashes;
            if (item.IsAssignableFrom(typeof(string[]))
                    && item != typeof(object))
                return table.Rows;
            if (!typeof(IConvertible).IsAssignableFrom(item))
                return table.As(item);
            var cells = new List<object>();
            foreach (IReadOnlyList<string> row in table.Rows) {
                if (row.Count != 1)
                    throw new FormatException($"a list of {item.Name} needs"
                        + " a table of one column");
                cells.Add(Conversion.Convert(row[0], item));
            }
            return cells;
        }
    }
}
