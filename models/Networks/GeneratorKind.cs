using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Networks;

public enum GeneratorFamily
{
    UNet,

    /// <summary>The U-Net without its skip connections.</summary>
    EncoderDecoder,
    ResNet,
}

/// <summary>
/// A generator architecture, as named on the command line: <c>unet256</c>, <c>unet64</c>, <c>encoder-decoder</c>, <c>resnet9</c>,
/// <c>unet256-upsample</c>, <c>resnet6-upsample</c>, <c>resnet6-antialias</c>, <c>resnet6-smooth</c>, …
/// </summary>
/// <param name="Family">the architecture</param>
/// <param name="Depth">
/// downsamplings of a U-Net or encoder-decoder (the number in the name is 2 to this power), residual blocks of a ResNet
/// </param>
/// <param name="Scaling">how sides are halved and doubled; only a ResNet can be antialiased or smooth</param>
[JsonConverter(typeof(JsonText))]
public sealed record GeneratorKind(GeneratorFamily Family, int Depth, ScalingKind Scaling = ScalingKind.Strided)
{
    private const int DefaultDowns = 8;
    private static readonly (ScalingKind Scaling, string Suffix)[] s_suffixes =
        [(ScalingKind.Upsample, "-upsample"), (ScalingKind.Antialias, "-antialias"), (ScalingKind.Smooth, "-smooth"),
        (ScalingKind.Painting, "-painting")];

    private static readonly char[] s_digits = [.. "0123456789"];

    public static GeneratorKind UNet(int downs, ScalingKind scaling = ScalingKind.Strided) => new(GeneratorFamily.UNet, downs, scaling);

    public static GeneratorKind ResNet(int blocks, ScalingKind scaling = ScalingKind.Strided) =>
        new(GeneratorFamily.ResNet, blocks, scaling);

    /// <summary>Both sides of a picture must be multiples of this.</summary>
    public int SideMultiple => Family == GeneratorFamily.ResNet ? 4 : 1 << Depth;

    /// <summary>
    /// The smallest side of a picture. After two downsamplings a ResNet's blocks pad by reflection and normalise, which needs more than one
    /// pixel.
    /// </summary>
    public int SmallestSide => Scaling == ScalingKind.Painting ? ResNetGenerator.Surroundings + SideMultiple
        : Family == GeneratorFamily.ResNet ? 2 * SideMultiple : SideMultiple;

    /// <exception cref="FormatException">there is no such generator; the message lists the known ones</exception>
    public static GeneratorKind Parse(string text)
    {
        var (scaling, suffix) = s_suffixes.FirstOrDefault(s => text.EndsWith(s.Suffix, StringComparison.Ordinal));
        var name = text[..^(suffix?.Length ?? 0)];
        var family = name.TrimEnd(s_digits);
        var number = name.Length == family.Length ? (int?)null
            : int.TryParse(name.AsSpan(family.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var some) ? some : 0;
        var side = number ?? 1 << DefaultDowns;
        var blurs = scaling >= ScalingKind.Antialias;
        return family switch
        {
            "resnet" when number is >= 1 and <= 99 => ResNet(number.Value, scaling),
            "unet" when IsSide(side) && !blurs => UNet(int.Log2(side), scaling),
            "encoder-decoder" when IsSide(side) && !blurs => new GeneratorKind(GeneratorFamily.EncoderDecoder, int.Log2(side), scaling),
            _ => throw new FormatException(
                $"there is no generator '{text}'; there are unet256, unet128 (any power of two from 8), encoder-decoder, resnet9, " +
                    "resnet6 (any number of blocks), each of them with -upsample, and resnets with -antialias, -smooth or -painting"),
        };

        static bool IsSide(int side) => int.IsPow2(side) && side is >= 8 and <= 4096;
    }

    /// <summary>The network, not yet initialised.</summary>
    public Layer Create(
        int inputChannels, int outputChannels, int ngf, NormKind norm, bool dropout, BlockPadding padding = BlockPadding.Reflect) =>
        Family == GeneratorFamily.ResNet
            ? new ResNetGenerator(inputChannels, outputChannels, Depth, ngf, norm, dropout, padding, Scaling)
            : new UNet(inputChannels, outputChannels, Depth, ngf, norm, dropout, skips: Family == GeneratorFamily.UNet,
                upsample: Scaling == ScalingKind.Upsample);

    public override string ToString() => Family switch
    {
        GeneratorFamily.ResNet => $"resnet{Depth}",
        GeneratorFamily.UNet => $"unet{1 << Depth}",
        _ => Depth == DefaultDowns ? "encoder-decoder" : $"encoder-decoder{1 << Depth}",
    } + s_suffixes.FirstOrDefault(s => s.Scaling == Scaling).Suffix;

    private sealed class JsonText : JsonConverter<GeneratorKind>
    {
        public override GeneratorKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.GetString() ?? "");
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, GeneratorKind value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
