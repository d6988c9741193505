using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Models.Reporting;

/// <summary>A generator's inputs, for pages where users choose or draw one.</summary>
/// <param name="Examples">inputs of the run's samples, as displayed; empty if there are none</param>
/// <param name="Palette">class colours, 0xRRGGBB, if inputs are label maps; otherwise null</param>
/// <param name="Side">side of pictures to draw, in pixels</param>
internal sealed record ShownInputs(IReadOnlyList<Picture> Examples, IReadOnlyList<int>? Palette, int Side)
{
    /// <summary>Default side of pictures to draw, if the generator's size is unknown.</summary>
    private const int DefaultSide = 256;

    /// <param name="path">a run, a file, or a bundled model</param>
    /// <param name="generator">the generator</param>
    /// <param name="options">the training options; null if unknown</param>
    /// <param name="description">what the file says of its inputs; null if it says nothing</param>
    /// <exception cref="IOException">a file can't be read or is damaged</exception>
    /// <exception cref="RunException">there is no such model in the zoo</exception>
    public static ShownInputs Of(string path, GeneratorSpec generator, TrainingOptions? options, WeightsDescription? description)
    {
        var trained = TrainedInputs.Of(path, generator, options, description);
        return new ShownInputs(trained.Examples, trained.Palette, trained.Side ?? DefaultSide);
    }

    /// <summary>An example for a page: a large photograph as JPEG, anything else as PNG.</summary>
    public (byte[] Bytes, string Type) FileOf(Picture example) =>
        Palette is null && example is { Width: > 256, Layers: [{ Channels: 3 } image] }
            ? (JpegEncoder.Encode(image, quality: 80), "image/jpeg")
            : (PictureFile.EncodePng(example, "example"), "image/png");

    /// <summary>Those of a generator of which no more is known.</summary>
    public static ShownInputs Without(GeneratorSpec generator) =>
        new([], generator.Labels?.Coding.Colours, generator.Labels?.Side ?? DefaultSide);
}
