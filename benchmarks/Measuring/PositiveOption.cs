using System.CommandLine;
using System.Numerics;

namespace IlgpuGan.Benchmarks.Measuring;

/// <summary>An option whose number must be more than 0; <c>--help</c> shows its default.</summary>
internal static class PositiveOption
{
    public static Option<T> Of<T>(string name, string description, T value)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            // A text that is not a number is reported by the parser.
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var given) && given <= T.Zero)
            {
                result.AddError($"{name} must be more than 0, not {token.Value}");
            }
        });
        return option;
    }
}
