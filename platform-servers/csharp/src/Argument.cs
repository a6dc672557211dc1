// The two kinds of argument that a step can have below its text.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;

namespace Mprun
{
    /// <summary>Rows of strings, all of the same length.</summary>
    public sealed class DataTable : IEnumerable<IReadOnlyList<string>>
    {
        readonly string[][] rows;

        public DataTable(IEnumerable<IEnumerable<string>> rows)
        {
            var all = new List<string[]>();
            foreach (IEnumerable<string> row in rows)
                all.Add(new List<string>(row).ToArray());
            this.rows = all.ToArray();
        }

        /// <summary>All rows, the header too.</summary>
        public IReadOnlyList<IReadOnlyList<string>> Rows => rows;

        /// <summary>The first row.</summary>
        public IReadOnlyList<string> Header =>
            rows.Length > 0 ? rows[0] : new string[0];

        /// <summary>
        /// A dictionary for each row after the header, by the header.
        /// </summary>
        public IReadOnlyList<IReadOnlyDictionary<string, string>> Hashes
        {
            get {
                var hashes = new List<Dictionary<string, string>>();
                for (int row = 1; row < rows.Length; row++) {
                    var hash = new Dictionary<string, string>();
                    for (int i = 0; i < rows[0].Length; i++)
                        hash[rows[0][i]] = rows[row][i];
                    hashes.Add(hash);
                }
                return hashes;
            }
        }

        /// <summary>A table of two columns as one dictionary.</summary>
        public IReadOnlyDictionary<string, string> RowsHash
        {
            get {
                var hash = new Dictionary<string, string>();
                foreach (string[] row in rows) {
                    if (row.Length != 2)
                        throw new InvalidOperationException(
                            "RowsHash needs a table of two columns");
                    hash[row[0]] = row[1];
                }
                return hash;
            }
        }

        /// <summary>The table turned round: a list for each column.
        /// </summary>
        public IReadOnlyList<IReadOnlyList<string>> Columns
        {
            get {
                var columns = new List<string[]>();
                for (int i = 0; i < Header.Count; i++)
                    columns.Add(Array.ConvertAll(rows, row => row[i]));
                return columns;
            }
        }

        /// <summary>
        /// An object for each row after the header: what a column is named
        /// like is set, whether property or field, without regard to case,
        /// blanks, dashes and underscores.
        /// </summary>
        public IReadOnlyList<T> As<T>() where T : new()
        {
            var objects = new List<T>();
            foreach (object made in As(typeof(T)))
                objects.Add((T)made);
            return objects;
        }

        internal IList As(Type type)
        {
            var members = new MemberInfo[Header.Count];
            for (int i = 0; i < members.Length; i++)
                members[i] = MemberFor(type, Header[i]);
            var objects = new List<object>();
            for (int row = 1; row < rows.Length; row++) {
                object made = Activator.CreateInstance(type);
                for (int i = 0; i < members.Length; i++)
                    Set(made, members[i], rows[row][i]);
                objects.Add(made);
            }
            return objects;
        }

        static MemberInfo MemberFor(Type type, string column)
        {
            foreach (MemberInfo member in type.GetMembers(
                    BindingFlags.Public | BindingFlags.Instance)) {
                bool settable = member is FieldInfo
                    || (member as PropertyInfo)?.CanWrite == true;
                if (settable && Plain(member.Name) == Plain(column))
                    return member;
            }
            throw new ArgumentException($"{type.Name} has nothing to set for"
                + $" the column '{column}'");
        }

        static string Plain(string name)
        {
            return name.Replace(" ", "").Replace("-", "").Replace("_", "")
                .ToLowerInvariant();
        }

        static void Set(object made, MemberInfo member, string cell)
        {
            if (member is PropertyInfo property)
                property.SetValue(made,
                    Conversion.Convert(cell, property.PropertyType), null);
            else if (member is FieldInfo field)
                field.SetValue(made,
                    Conversion.Convert(cell, field.FieldType));
        }

        public IEnumerator<IReadOnlyList<string>> GetEnumerator()
        {
            return ((IEnumerable<IReadOnlyList<string>>)rows).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return rows.GetEnumerator();
        }
    }

    /// <summary>A doc string; it also goes where a string is wanted.
    /// </summary>
    public sealed class DocString
    {
        public string Content { get; }

        /// <summary>null if the feature gives none.</summary>
        public string MediaType { get; }

        public DocString(string content, string mediaType = null)
        {
            Content = content;
            MediaType = mediaType;
        }

        public override string ToString()
        {
            return Content;
        }

        public static implicit operator string(DocString doc)
        {
            return doc?.Content;
        }
    }

    /// <summary>The member `argument` of a request; either may be null.
    /// </summary>
    internal sealed class Argument
    {
        public DataTable Table { get; private set; }

        public DocString Doc { get; private set; }

        /// <summary>FormatException if it is not what the protocol says.
        /// </summary>
        public static Argument Parse(object value)
        {
            var argument = new Argument();
            if (value == null)
                return argument;
            var members = value as Dictionary<string, object>;
            if (members == null)
                throw new FormatException("params.argument must be an object");
            if (members.TryGetValue("dataTable", out object table)
                    && table != null)
                argument.Table = ParseTable(table);
            if (members.TryGetValue("docString", out object doc)
                    && doc != null)
                argument.Doc = ParseDoc(doc);
            return argument;
        }

        static DataTable ParseTable(object value)
        {
            object rows = null;
            (value as Dictionary<string, object>)?.TryGetValue("rows",
                out rows);
            var all = new List<List<string>>();
            foreach (object row in rows as List<object> ?? Bad())
                all.Add(ParseRow(row as List<object> ?? Bad()));
            return new DataTable(all);
        }

        static List<string> ParseRow(List<object> cells)
        {
            var row = new List<string>();
            foreach (object cell in cells) {
                if (!(cell is string text))
                    Bad();
                else
                    row.Add(text);
            }
            return row;
        }

        static List<object> Bad()
        {
            throw new FormatException("params.argument.dataTable.rows must be"
                + " an array of arrays of strings");
        }

        static DocString ParseDoc(object value)
        {
            object content = null;
            object mediaType = null;
            if (value is Dictionary<string, object> members) {
                members.TryGetValue("content", out content);
                members.TryGetValue("mediaType", out mediaType);
            }
            if (!(content is string))
                throw new FormatException(
                    "params.argument.docString.content must be a string");
            if (mediaType != null && !(mediaType is string))
                throw new FormatException(
                    "params.argument.docString.mediaType must be a string");
            return new DocString((string)content, (string)mediaType);
        }
    }
}
