namespace IlgpuGan.Models.Families;

/// <summary>Options of generation besides the number of pictures and the seed.</summary>
[Flags]
internal enum GenerationUses
{
    None = 0,

    /// <summary>Pictures of another size than those of training.</summary>
    Size = 1,

    /// <summary>Interpolation from one picture to another.</summary>
    Interpolate = 2,

    /// <summary>Randomness that starts at a scale above the coarsest.</summary>
    FromScale = 4,

    /// <summary>A picture injected at a scale, optionally with a mask of where its result is used.</summary>
    Inject = 8,

    /// <summary>The training picture, enlarged.</summary>
    SuperResolve = 16,

    /// <summary>Frames of an animation of the training picture.</summary>
    Animate = 32,
}

/// <summary>Inputs of a family's generation, and the options that it supports.</summary>
public sealed record GenerationSpec
{
    /// <summary>For messages, after "generates pictures from": <c>noise</c>, <c>noise and a label</c>.</summary>
    public required string From { get; init; }

    internal GenerationUses Uses { get; init; }

    /// <summary>The labels of pictures, in the order of a label vector's elements; null if pictures have none.</summary>
    public LabelSet? Labels { get; init; }

    /// <summary>Length of the embeddings that pictures are conditioned on; 0 for none.</summary>
    public int Embedding { get; init; }

    /// <summary>Number of pictures generated at a time.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Refusals of requested options that this family does not support, or that exclude each other.</summary>
    internal IEnumerable<OptionsException> Problems(string family, GenerationRequest request)
    {
        (bool IsAsked, GenerationUses Use, string Option)[] uses =
        [
            (request.Size is not null, GenerationUses.Size, "--size"),
            (request.Interpolate, GenerationUses.Interpolate, "--interpolate"),
            (request.FromScale is not null, GenerationUses.FromScale, "--from-scale"),
            (request.Inject is not null, GenerationUses.Inject, "--inject"),
            (request.SuperResolve, GenerationUses.SuperResolve, "--super-resolve"),
            (request.Animate, GenerationUses.Animate, "--animate"),
        ];
        foreach (var (_, _, option) in uses.Where(u => u.IsAsked && !Uses.HasFlag(u.Use)))
        {
            yield return Foreign(option);
        }

        if (request.Label is { } label && (Labels is null || LabelText.Vector([Labels], label) is null))
        {
            yield return Labels is null
                ? Foreign("--label")
                : new($"--label can't be '{label}'; it can be {LabelText.Choices([Labels])}");
        }

        if (request.Embeddings is { } embeddings && (Embedding == 0 || embeddings.Any(e => e.Length != Embedding)))
        {
            yield return Embedding == 0
                ? Foreign("--embeddings")
                : new($"--embeddings has vectors of {embeddings[0].Length} numbers; {family} takes vectors of {Embedding}");
        }

        string[] ways = [.. uses.Where(u => u.IsAsked && u.Use is GenerationUses.Interpolate or GenerationUses.Inject
            or GenerationUses.SuperResolve or GenerationUses.Animate).Select(u => u.Option)];
        if (ways.Length > 1)
        {
            yield return new($"{ways[0]} and {ways[1]} can't be combined; choose one");
        }

        if (request.Mask is not null && request.Inject is null)
        {
            yield return new("--mask selects a part of an injected picture; it needs --inject");
        }

        if (request is { FromScale: not null, SuperResolve: true })
        {
            yield return new("--from-scale can't be combined with --super-resolve, which repeats the finest scale alone");
        }

        if (request.Size is not null && (request.SuperResolve || request.Animate || request.Inject is not null))
        {
            yield return new($"--size can't be combined with {ways[0]}, which starts from the training picture");
        }

        OptionsException Foreign(string option) =>
            new($"{option} does not apply to {family}, which generates pictures from {From}");
    }
}
