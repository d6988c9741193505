using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Translation;

/// <summary>The generator's inputs other than the picture (noise, label, style), from the user's settings.</summary>
internal static class RequestedConditions
{
    /// <summary>A separate random stream, so that the n-th sample of a seed does not depend on what else is drawn with the seed.</summary>
    private const uint Stream = 0x5A3B1E;

    /// <summary>The conditions of each sample; empty if the generator takes only a picture.</summary>
    /// <param name="settings">the user's settings</param>
    /// <param name="spec">the inputs of the generator</param>
    /// <param name="model">name of the family or the file, for messages</param>
    /// <param name="device">device of the tensors</param>
    /// <param name="pairs">the side-by-side pairs that the generator was trained on; null without such pairs</param>
    /// <exception cref="OptionsException">a setting does not fit the generator, or one is missing</exception>
    /// <exception cref="PictureException">the style picture can't be used</exception>
    public static IReadOnlyList<ConditionValues> Of(
        TranslationSettings settings, GeneratorSpec spec, string model, Device device, Func<SideBySide?> pairs)
    {
        RequireFit(settings, spec, model);
        if (spec.Conditions is not { } takes)
        {
            return [];
        }

        var label = takes.Labels.Count > 0 ? LabelOf(takes, settings.Label, device) : null;
        if (settings.HasStyle)
        {
            var style = takes.Style!;
            return [style.Labels is { } labels
                ? OfLabelled(style, labels)
                : new ConditionValues(null, label, StyleOf(style, settings, device, settings.Whole ? null : pairs()))];
        }

        return takes.Style is { IsRequired: true }
            ? throw new OptionsException($"--style is missing: {model} takes the style of a picture")
            : [.. Enumerable.Range(0, settings.Samples ?? 1)
                .Select(n => new ConditionValues(takes.Noise > 0 ? NoiseOf(takes.Noise, n) : null, label, null)
                {
                    Steps = takes.Steps is { } steps
                        ? new TranslationSteps(settings.Steps ?? steps.Default, settings.Seed ?? 1, n)
                        : null,
                })];

        Tensor NoiseOf(int numbers, int sample) =>
            Tensor.Normal(new RandomKey(settings.Seed ?? 1, Stream, (uint)sample, 0), new Shape(1, numbers), device).Keep();

        ConditionValues OfLabelled(StylePicture style, LabelInput labels)
        {
            var (picture, map) = LabelledStyleOf(style, labels, settings);
            var planes = new Shape(1, labels.Coding.Planes, map.Height, map.Width);
            return new ConditionValues(
                takes.Noise > 0 ? NoiseOf(takes.Noise, 0) : null, label,
                ReflectionPadding.ToTensor(picture, spec.RoundedUp(picture.Width), spec.RoundedUp(picture.Height), device).Keep())
            {
                StyleLabels = Tensor.From(labels.Coding.OneHot(map), planes, device).Keep(),
            };
        }
    }

    private static void RequireFit(TranslationSettings settings, GeneratorSpec spec, string model)
    {
        if (Refusals(settings, spec, model).FirstOrDefault(rule => rule.IsBroken).Refusal is { } refusal)
        {
            throw new OptionsException(refusal);
        }
    }

    private static IEnumerable<(bool IsBroken, string Refusal)> Refusals(TranslationSettings settings, GeneratorSpec spec, string model)
    {
        var takes = spec.Conditions;
        var isRandom = takes is { IsRandom: true };
        var ofNoise = settings.Samples > 1 ? "--samples" : settings.Seed is not null ? "--seed" : null;
        var steps = takes?.Steps;
        return
        [
            (settings.Label is not null && takes is not { Labels.Count: > 0 },
                Without("--label", "no label")),
            (settings.Samples is not null && !isRandom,
                Without("--samples", "no random inputs, so there is only one output")),
            (settings.Seed is not null && !isRandom,
                Without("--seed", "no random inputs")),
            (settings.Steps is not null && steps is null,
                $"--steps does not fit {model}: {spec.Network} translates in one step"),
            (settings.Steps < 1 || settings.Steps > steps?.Most,
                $"--steps must be between 1 and {steps?.Most} for {model}, not {settings.Steps}"),
            (ofNoise is not null && steps is not null && (settings.Steps ?? steps.Default) < steps.RandomFrom,
                $"{ofNoise} needs --steps {steps?.RandomFrom} or more: in fewer {model} draws no noise, so there is only one output"),
            (settings.HasStyle && takes is not { Style: not null },
                Without("--style", "no picture for its style")),
            (settings.HasStyleLabels && takes is not { Style.Labels: not null },
                Without("--style-labels", "no label map of a picture for its style")),
            (settings is { HasStyle: true, HasStyleLabels: false } && takes is { Style.Labels: not null },
                $"--style-labels is missing: {model} needs the label map of the style picture, whose style it takes for each class"),
            (settings is { HasStyle: false, HasStyleLabels: true },
                "--style-labels needs --style, the picture of the label map"),
            (settings.HasStyle && (settings.Samples is not null || settings.Seed is not null),
                "--style can't be combined with --samples or --seed: the picture determines the output"),
            (takes is not null && settings.Exact,
                $"--exact can't be combined with {model}, whose generator has further inputs or several steps; choose --tile alone"),
        ];

        string Without(string option, string what) => $"{option} does not fit {model}: {spec.Network} takes {what}";
    }

    /// <exception cref="OptionsException">the label is missing or unknown</exception>
    private static Tensor LabelOf(GeneratorConditions takes, string? text, Device device)
    {
        if (text is null)
        {
            throw new OptionsException($"--label is missing: it can be {LabelText.Choices(takes.Labels)}");
        }

        var label = LabelText.Vector(takes.Labels, text)
            ?? throw new OptionsException($"--label can't be '{text}'; it can be {LabelText.Choices(takes.Labels)}");
        return Tensor.From(label, new Shape(1, label.Length), device).Keep();
    }

    /// <summary>The style picture; of one that looks like a training pair, the half that is no input.</summary>
    private static Tensor StyleOf(StylePicture style, TranslationSettings settings, Device device, SideBySide? pairs)
    {
        var (picture, name) = PictureOf(style, settings);
        if (pairs?.HalfOf(picture, (settings.Direction ?? pairs.Trained).Opposite()) is var (half, side))
        {
            PictureRemarks.Add(name, $"is a pair side by side, as the model has learnt from: the style is that of its {side} half");
            picture = half;
        }

        return picture.Resize(style.Side, style.Side).ToTensor(device).Keep();
    }

    private static (Picture Picture, string Name) PictureOf(StylePicture style, TranslationSettings settings)
    {
        var (picture, name) = settings.StylePicture is { } given
            ? (given, "style picture")
            : (PictureFile.Load(settings.Style!), settings.Style!);
        return (picture.ToChannels(style.Channels, name), name);
    }

    /// <summary>The style picture and its label map, scaled like the translated pictures.</summary>
    private static (Picture Picture, LabelMap Map) LabelledStyleOf(StylePicture style, LabelInput labels, TranslationSettings settings)
    {
        var (picture, name) = PictureOf(style, settings);
        var file = settings.StyleLabels ?? "style label map";
        var drawn = settings.StyleLabelsPicture
            ?? (labels.Coding.Palette is null ? PictureFile.LoadIndices(file) : PictureFile.Load(file));
        var map = labels.Coding.Read(drawn, file);
        if ((map.Width, map.Height) != (picture.Width, picture.Height))
        {
            throw new PictureException($"{file}: has {map.Width}x{map.Height} pixels, but the picture that it is to be the label map of, " +
                $"{name}, has {picture.Width}x{picture.Height}");
        }

        return settings.Size is { } size ? (picture.Resize(size, size), map.Resize(size, size)) : (picture, map);
    }
}
