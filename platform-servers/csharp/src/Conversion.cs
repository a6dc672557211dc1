// From what a feature says to what a method takes.

using System;
using System.ComponentModel;
using System.Globalization;
using System.Numerics;

namespace Mprun
{
    internal static class Conversion
    {
        /// <summary>
        /// The value as this type; FormatException where it cannot be one.
        /// </summary>
        public static object Convert(object value, Type wanted)
        {
            if (value == null || wanted.IsInstanceOfType(value))
                return value;
            Type type = Nullable.GetUnderlyingType(wanted) ?? wanted;
            if (type.IsInstanceOfType(value))
                return value;
            string text = JsonWriter.Describe(value);
            try {
                return type == typeof(string) ? text : Parse(text, type);
            } catch (Exception error) when (error is FormatException
                    || error is OverflowException
                    || error is ArgumentException
                    || error is NotSupportedException) {
                throw new FormatException(
                    $"'{text}' is no {type.Name}: {error.Message}", error);
            }
        }

        static object Parse(string text, Type type)
        {
            CultureInfo neutral = CultureInfo.InvariantCulture;
            if (type.IsEnum)
                return Enum.Parse(type, text.Replace(" ", "")
                    .Replace("-", ""), true);
            if (type == typeof(BigInteger))
                return ParseBig(text);
            if (type == typeof(decimal))
                return decimal.Parse(text, NumberStyles.Float, neutral);
            if (typeof(IConvertible).IsAssignableFrom(type))
                return System.Convert.ChangeType(text, type, neutral);
            TypeConverter converter = TypeDescriptor.GetConverter(type);
            if (!converter.CanConvertFrom(typeof(string)))
                throw new NotSupportedException(
                    "a parameter type can make one");
            return converter.ConvertFromInvariantString(text);
        }

        static object ParseBig(string text)
        {
            return BigInteger.Parse(text, NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture);
        }

        /// <summary>The least of int, long and BigInteger that holds it.
        /// </summary>
        public static object WholeNumber(string text)
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture, out long number))
                return ParseBig(text);
            return number >= int.MinValue && number <= int.MaxValue
                ? (object)(int)number : number;
        }
    }
}
