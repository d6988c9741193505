namespace IlgpuGan.Models.Families;

/// <summary>Errors in options that can be found before anything is loaded.</summary>
internal static class OptionsValidation
{
    /// <summary>
    /// Largest side of scaled or cropped pictures, in pixels: two colour squares of that side are as much as an array holds.
    /// </summary>
    public const int LargestSide = 16384;

    /// <summary>Throws on the first invalid option; the message gives the allowed values.</summary>
    /// <exception cref="OptionsException">an option is out of range or contradicts another</exception>
    public static T Validated<T>(this T options)
        where T : TrainingOptions =>
        options.Problems().FirstOrDefault() is { } problem ? throw new OptionsException(problem) : options;

    /// <summary>All problems, one sentence each; none if the options are valid.</summary>
    public static IEnumerable<string> Problems(this TrainingOptions options)
    {
        List<string> found = [.. OutOfRange(options), .. UnknownPreset(options)];
        options.AddContradictions(found);
        return found;
    }

    private static IEnumerable<string> OutOfRange(TrainingOptions options)
    {
        foreach (var option in OptionDescription.Of(options.GetType()))
        {
            if (option.Attribute is not { } range || option.Get(options) is not (int or long or float))
            {
                continue;
            }

            var value = Convert.ToDouble(option.Get(options), System.Globalization.CultureInfo.InvariantCulture);
            if (!(value >= range.Least && value <= range.Most && (value > range.Least || !range.AboveLeast)))
            {
                yield return range.AboveLeast
                    ? $"--{option.Name} must be greater than {range.Least} and at most {range.Most}, not {option.Get(options)}"
                    : $"--{option.Name} must be between {range.Least} and {range.Most}, not {option.Get(options)}";
            }
        }
    }

    private static IEnumerable<string> UnknownPreset(TrainingOptions options)
    {
        var presets = FamilyCatalog.Of(options).Info.Presets;
        if (presets.All(p => p.Name != options.Preset))
        {
            yield return $"--preset {options.Preset} is not one of {options.Model}'s; it has " +
                $"{string.Join(", ", presets.Select(p => p.Name))}";
        }
    }
}
