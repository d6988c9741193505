using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Translation;

/// <summary>What the user asks of a generator beside pictures, held against what the generator takes.</summary>
internal static class AskedConditions
{
    /// <summary>Its own stream: the n-th answer of a seed stays the same whatever else is drawn from that seed.</summary>
    private const uint Stream = 0x5A3B1E;

    /// <summary>What stands for a label vector of zeros.</summary>
    private const string NoLabel = "none";

    /// <summary>Conditions of each answer.</summary>
    /// <param name="settings">what is asked</param>
    /// <param name="spec">what the generator takes</param>
    /// <param name="options">whose family's name messages give</param>
    /// <param name="device">where the tensors go</param>
    /// <exception cref="OptionsException">what is asked does not fit, or something is missing</exception>
    /// <exception cref="DataException">the style picture can't be used</exception>
    public static IReadOnlyList<GivenConditions> Of(TranslationSettings settings, GeneratorSpec spec, TrainingOptions options, Device device)
    {
        RequireFit(settings, spec, options);
        if (spec.Conditions is not { } takes)
        {
            return [];
        }

        var label = takes.Labels.Count > 0 ? LabelOf(takes, settings.Label, device) : null;
        if (settings.Style is { } file)
        {
            return [new GivenConditions(null, label, StyleOf(takes.Style!, file, device))];
        }

        return takes.Style is { IsRequired: true }
            ? throw new OptionsException($"--style is missing: {options.Model} takes the style of a picture")
            : [.. Enumerable.Range(0, settings.Samples ?? 1).Select(n => new GivenConditions(takes.Noise > 0 ? NoiseOf(takes.Noise, n) : null, label, null))];

        Tensor NoiseOf(int numbers, int answer) =>
            Tensor.Normal(new RandomKey(settings.Seed ?? 1, Stream, (uint)answer, 0), new Shape(1, numbers), device).Keep();
    }

    private static void RequireFit(TranslationSettings settings, GeneratorSpec spec, TrainingOptions options)
    {
        var takes = spec.Conditions;
        if (settings.Label is not null && takes is not { Labels.Count: > 0 })
        {
            Refuse("--label", "no label");
        }

        if (settings.Samples is not null && takes is not { Noise: > 0 })
        {
            Refuse("--samples", "nothing random, so that there is one answer");
        }

        if (settings.Seed is not null && takes is not { Noise: > 0 })
        {
            Refuse("--seed", "nothing random");
        }

        if (settings.Style is not null && takes is not { Style: not null })
        {
            Refuse("--style", "no picture for its style");
        }

        if (settings is { Style: not null, Samples: not null } or { Style: not null, Seed: not null })
        {
            throw new OptionsException("--style can't go with --samples or --seed: the picture chooses the one answer");
        }

        if (settings.Samples is < 1)
        {
            throw new OptionsException($"--samples must be at least 1, not {settings.Samples}");
        }

        if (takes is not null && settings.Exact)
        {
            throw new OptionsException($"--exact can't go with {options.Model}, whose generator takes more than the picture; choose --tile alone");
        }

        void Refuse(string option, string what) => throw new OptionsException($"{option} does not fit {options.Model}: {spec.Network} takes {what}");
    }

    /// <exception cref="OptionsException">a name is none of the generator's, they are of several sets, or there are more than there can be</exception>
    private static Tensor LabelOf(GeneratorConditions takes, string? text, Device device)
    {
        var what = string.Join("; or ", takes.Labels.Select(Choices));
        if (text is null)
        {
            throw new OptionsException($"--label is missing: it can be {what}");
        }

        string[] names = text == NoLabel && !takes.Labels.Any(set => Place(set, NoLabel) >= 0) ? [] : text.Split(',', StringSplitOptions.TrimEntries);
        var own = takes.Labels.ToList().FindIndex(set => names.All(name => Place(set, name) >= 0) && (!set.Exclude || names.Length == 1));
        if (own < 0)
        {
            throw new OptionsException($"--label can't be '{text}'; it can be {what}");
        }

        var label = new float[takes.LabelPlaces];
        var first = takes.Labels.Take(own).Sum(set => set.Names.Count);
        foreach (var name in names)
        {
            label[first + Place(takes.Labels[own], name)] = 1;
        }

        if (takes.Labels.Count > 1)
        {
            label[^(takes.Labels.Count - own)] = 1;
        }

        return Tensor.From(label, new Shape(1, label.Length), device).Keep();
    }

    private static string Choices(LabelSet set)
    {
        var all = string.Join(", ", set.Names);
        return set.Exclude ? $"one of {all}" : $"any of {all}, separated by commas, or '{NoLabel}'";
    }

    private static int Place(LabelSet set, string name) => set.Names.ToList().FindIndex(label => label.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Tensor StyleOf(StylePicture style, string file, Device device) =>
        PictureFile.Load(file).WithChannels(style.Channels, file).Resized(style.Side, style.Side).ToTensor(device).Keep();
}
