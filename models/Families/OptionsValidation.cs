using IlgpuGan.Models.Losses;

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
        options.Validated(FamilyCatalog.Of(options));

    /// <inheritdoc cref="Validated{T}(T)"/>
    /// <param name="family">the options' own</param>
    public static T Validated<T>(this T options, Family family)
        where T : TrainingOptions =>
        options.Problems(family.Info).FirstOrDefault() is { } problem ? throw new OptionsException(problem) : options;

    /// <summary>The same for a run that is to begin: one that is there goes on, and is read, with options that are refused here.</summary>
    /// <inheritdoc cref="Validated{T}(T, Family)"/>
    public static void RequireToBegin(this TrainingOptions options, Family family)
    {
        options.Validated(family);
        List<string> found = [];
        options.AddObstacles(family.Info, found);
        if (found is [var first, ..])
        {
            throw new OptionsException(first);
        }
    }

    /// <summary>All problems, one sentence each; none if the options are valid.</summary>
    public static IEnumerable<string> Problems(this TrainingOptions options) => options.Problems(FamilyCatalog.Of(options).Info);

    private static IEnumerable<string> Problems(this TrainingOptions options, FamilyInfo family)
    {
        List<string> unusable = [.. Undefined(options), .. OutOfRange(options)];
        if (unusable.Count > 0)
        {
            return unusable; // All other checks go by members, and divide by numbers.
        }

        List<string> found = [.. UnknownPreset(options, family)];
        options.AddContradictions(found);
        return options is PictureOptions pictures ? found.Concat(BeyondTheFamily(pictures, family)) : found;
    }

    /// <summary>Options for which a family's pictures lack something: targets, pairs, places.</summary>
    private static IEnumerable<string> BeyondTheFamily(PictureOptions options, FamilyInfo family)
    {
        if (options.KeepBest != BestMetric.None && family.ComparedViews is null)
        {
            yield return $"--keep-best does not apply to {options.Model}, whose outputs have no single target";
        }
        else if (options.KeepBest is not (BestMetric.None or BestMetric.Colours or BestMetric.Patches) && !family.LearnsFromPairs)
        {
            yield return $"--keep-best {OptionsJson.TextOf(options.KeepBest)} needs pairs, but {options.Model} learns from two sets; " +
                "choose colours or patches";
        }

        if (options is IAdversarialOptions { GanMode: GanMode.Rpgan } && !family.LearnsFromPairs && !options.Preprocess.Crops()
            && options.Effects.All(effect => effect.Exists || effect.Name is not ("gan-mode" or "preprocess")))
        {
            yield return "--gan-mode rpgan compares scores of real and generated pictures place by place: two sets need a --preprocess " +
                "that crops";
        }
    }

    /// <summary>Numbers cast to an enum that has no such member.</summary>
    private static IEnumerable<string> Undefined(TrainingOptions options)
    {
        foreach (var option in OptionDescription.Of(options.GetType()))
        {
            if (option.Get(options) is Enum value && !Enum.IsDefined(value.GetType(), value))
            {
                yield return $"--{option.Name} must be one of {string.Join(", ", OptionExplanation.WordsOf(value.GetType()))}, not {value}";
            }
        }
    }

    /// <summary>Numbers beyond the bounds of their options.</summary>
    public static IEnumerable<string> OutOfRange(object options)
    {
        foreach (var option in OptionDescription.Of(options.GetType()))
        {
            if (option.Attribute is not { } range || option.Get(options) is not (int or long or float or double))
            {
                continue;
            }

            var value = Convert.ToDouble(option.Get(options), CultureInfo.InvariantCulture);
            if (!(value >= range.Least && value <= range.Most && (value > range.Least || !range.AboveLeast)))
            {
                yield return range.AboveLeast
                    ? $"--{option.Name} must be greater than {range.Least} and at most {range.Most}, not {option.Get(options)}"
                    : OptionText.Beyond($"--{option.Name}", option.Get(options)!, value, range.Least, range.Most);
            }
        }
    }

    private static IEnumerable<string> UnknownPreset(TrainingOptions options, FamilyInfo family)
    {
        if (family.Presets.All(p => p.Name != options.Preset))
        {
            yield return $"--preset {options.Preset} is not one of {options.Model}'s; it has " +
                $"{string.Join(", ", family.Presets.Select(p => p.Name))}";
        }
    }
}
