// The lines in which two texts differ, as `diff -u` writes them.

using System;
using System.Collections.Generic;

namespace Mprun
{
    internal static class Diff
    {
        const int Around = 3;
        const long MaxCells = 4000000;

        public static string Unified(string expected, string actual)
        {
            string[] a = expected.Split('\n');
            string[] b = actual.Split('\n');
            int start = 0;
            int shorter = Math.Min(a.Length, b.Length);
            while (start < shorter && a[start] == b[start])
                start++;
            int tail = 0;
            while (tail < shorter - start
                    && a[a.Length - 1 - tail] == b[b.Length - 1 - tail])
                tail++;
            int from = Math.Max(0, start - Around);
            int kept = Math.Min(tail, Around);
            var lines = new List<string> {
                "--- expected", "+++ actual",
                $"@@ -{from + 1},{a.Length - tail + kept - from}"
                    + $" +{from + 1},{b.Length - tail + kept - from} @@",
            };
            for (int i = from; i < start; i++)
                lines.Add(" " + a[i]);
            AddChanges(lines, Part(a, start, tail), Part(b, start, tail));
            for (int i = a.Length - tail; i < a.Length - tail + kept; i++)
                lines.Add(" " + a[i]);
            return string.Join("\n", lines);
        }

        static string[] Part(string[] lines, int start, int tail)
        {
            var part = new string[lines.Length - tail - start];
            Array.Copy(lines, start, part, 0, part.Length);
            return part;
        }

        /// <summary>What lies between the equal beginning and the equal end.
        /// </summary>
        static void AddChanges(List<string> lines, string[] a, string[] b)
        {
            int[,] common = (long)a.Length * b.Length > MaxCells
                ? null : LongestCommon(a, b);
            int i = 0;
            int j = 0;
            while (i < a.Length || j < b.Length) {
                if (common != null && i < a.Length && j < b.Length
                        && a[i] == b[j]) {
                    lines.Add(" " + a[i++]);
                    j++;
                } else if (j == b.Length || (i < a.Length && (common == null
                        || common[i + 1, j] >= common[i, j + 1])))
                    lines.Add("-" + a[i++]);
                else
                    lines.Add("+" + b[j++]);
            }
        }

        /// <summary>[i, j]: how many lines a from i on and b from j on have
        /// in common.</summary>
        static int[,] LongestCommon(string[] a, string[] b)
        {
            var table = new int[a.Length + 1, b.Length + 1];
            for (int i = a.Length - 1; i >= 0; i--)
                for (int j = b.Length - 1; j >= 0; j--)
                    table[i, j] = a[i] == b[j] ? table[i + 1, j + 1] + 1
                        : Math.Max(table[i + 1, j], table[i, j + 1]);
            return table;
        }
    }
}
