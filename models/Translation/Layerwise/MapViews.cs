using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>A map that is computed from another map, row by row.</summary>
internal abstract class MapView(FeatureMap source, int channels, int height, int width) : FeatureMap(channels, height, width)
{
    protected FeatureMap Source { get; } = source;

    public override long ValuesPerRow => base.ValuesPerRow + Source.ValuesPerRow;

    protected override void Release() => Source.Dispose();
}

/// <summary>A picture, padded by reflection to a size that the network accepts.</summary>
internal sealed class PictureMap(Picture picture, int width, int height, Device device) : FeatureMap(picture.Channels, height, width)
{
    public override Tensor Read(int top, int rows) => ReflectionPadding.ToTensor(picture, Width, top, rows, device);

    protected override void Release()
    {
    }
}

/// <summary>A function of a map, pixel by pixel, to as many channels or to a given number.</summary>
internal sealed class PointwiseMap(FeatureMap source, Func<Tensor, Tensor> function, int? channels = null) : MapView(
    source, channels ?? source.Channels, source.Height, source.Width)
{
    public override Tensor Read(int top, int rows) => function(Source.Read(top, rows));
}

/// <summary>A padded map.</summary>
internal sealed class PaddedMap(FeatureMap source, Margins margins, PadMode mode) : MapView(
    source, source.Channels, source.Height + margins.Top + margins.Bottom, source.Width + margins.Left + margins.Right)
{

    public override Tensor Read(int top, int rows)
    {
        // In rows of the source, which starts below the padding. Reflection padding needs as many rows beyond the edge.
        var (first, end) = (top - margins.Top, top - margins.Top + rows);
        var (above, below) = (Math.Max(0, -first), Math.Max(0, end - Source.Height));
        var from = Math.Clamp(Math.Min(first, Source.Height - 1 - below), 0, Source.Height - 1);
        var to = Math.Clamp(Math.Max(end, above + 1), 1, Source.Height);
        var padded = Source.Read(from, to - from).Pad(new Margins(above, below, margins.Left, margins.Right), mode);
        return padded.Shape[2] == rows ? padded : padded.Slice(2, first - (from - above), rows);
    }
}

/// <summary>A picture with noise where it is smooth.</summary>
/// <param name="rowsAtOnce">rows that are read at once for the share of smooth places</param>
internal sealed class NoisyMap(FeatureMap source, int rowsAtOnce, Device device) : MapView(
    source, source.Channels, source.Height, source.Width)
{
    private readonly PaddedMap _surrounded = new(source, SmoothNoise.Reach, PadMode.Reflect);
    private float? _share;

    public override Tensor Read(int top, int rows)
    {
        _share ??= ShareOfSmooth();
        return SmoothNoise.Add(Source.Read(top, rows), Places(top, rows), Tensor.Full([1, 1, 1, 1], _share.Value, device), top);
    }

    private Tensor Places(int top, int rows) => SmoothNoise.Places(_surrounded.Read(top, rows + (2 * SmoothNoise.Reach)));

    private float ShareOfSmooth()
    {
        double sum = 0;
        for (var top = 0; top < Height; top += rowsAtOnce)
        {
            using var step = device.Step();
            sum += Places(top, Math.Min(rowsAtOnce, Height - top)).Sum().Item();
        }

        return (float)(sum / ((double)Height * Width));
    }
}

/// <summary>A map enlarged by an integer factor.</summary>
internal sealed class EnlargedMap(FeatureMap source, Upsample layer) : MapView(
    source, source.Channels, source.Height * layer.Scale, source.Width * layer.Scale)
{
    public override Tensor Read(int top, int rows)
    {
        // Between the centres of pixels, a row is made of the two source rows around it.
        var (scale, beside) = (layer.Scale, layer.Mode == UpsampleMode.Nearest ? 0 : 1);
        var from = Math.Max(0, (top / scale) - beside);
        var to = Math.Min(Source.Height - 1, ((top + rows - 1) / scale) + beside);
        var enlarged = layer.Forward(Source.Read(from, to - from + 1));
        return enlarged.Shape[2] == rows ? enlarged : enlarged.Slice(2, top - (from * scale), rows);
    }
}

/// <summary>A map with its padding, filtered and subsampled: row y is made of the source rows from y·down on.</summary>
internal sealed class BlurredMap(FeatureMap source, Blur layer) : MapView(
    source, source.Channels, ((source.Height - layer.Kernel.Count) / layer.Down) + 1,
    ((source.Width - layer.Kernel.Count) / layer.Down) + 1)
{
    public override long ValuesPerRow => ((long)Channels * Width) + (layer.Down * Source.ValuesPerRow);

    public override Tensor Read(int top, int rows) => Source.Read(top * layer.Down, ((rows - 1) * layer.Down) + layer.Kernel.Count)
        .Blur([.. layer.Kernel], layer.Down, padding: 0);
}

/// <summary>Two maps, concatenated along the channels or added.</summary>
internal sealed class JoinedMap(FeatureMap first, FeatureMap second, bool added)
    : FeatureMap(added ? first.Channels : first.Channels + second.Channels, first.Height, first.Width)
{
    public override long ValuesPerRow => base.ValuesPerRow + first.ValuesPerRow + second.ValuesPerRow;

    public override Tensor Read(int top, int rows) => added
        ? first.Read(top, rows).Add(second.Read(top, rows))
        : TensorOps.Concat(1, first.Read(top, rows), second.Read(top, rows));

    protected override void Release()
    {
        first.Dispose();
        second.Dispose();
    }
}

/// <summary>A convolution without padding: row y reads the source rows from y·stride on.</summary>
internal sealed class ConvolvedMap(FeatureMap source, Conv2d layer)
    : MapView(
        source, layer.Weight.Shape[0], Extent(source.Height, Rows(layer), layer.Stride.Height),
        Extent(source.Width, Columns(layer), layer.Stride.Width))
{
    public override long ValuesPerRow => ((long)Channels * Width) + (layer.Stride.Height * Source.ValuesPerRow);

    public override Tensor Read(int top, int rows) =>
        Source.Read(top * layer.Stride.Height, ((rows - 1) * layer.Stride.Height) + Rows(layer))
        .Conv2d(layer.Weight.Value, layer.Bias?.Value, layer.Stride, 0, layer.Dilation, groups: layer.Groups);

    private static int Extent(int length, int reach, int stride) => ((length - reach) / stride) + 1;

    private static int Rows(Conv2d layer) => ((layer.Weight.Shape[2] - 1) * layer.Dilation.Height) + 1;

    private static int Columns(Conv2d layer) => ((layer.Weight.Shape[3] - 1) * layer.Dilation.Width) + 1;
}

/// <summary>A transposed convolution: source row i contributes to the output rows from i·stride − padding on.</summary>
internal sealed class TransposedMap : MapView
{
    private readonly ConvTranspose2d _layer;

    /// <summary>Number of output rows to which a source row contributes.</summary>
    private readonly int _reach;

    public TransposedMap(FeatureMap source, ConvTranspose2d layer)
        : base(
            source, layer.Weight.Shape[1] * layer.Groups,
            Extent(
                source.Height, layer.Weight.Shape[2], layer.Stride.Height, layer.Padding.Top + layer.Padding.Bottom, layer.Dilation.Height,
                layer.OutputPadding.Height),
            Extent(
                source.Width, layer.Weight.Shape[3], layer.Stride.Width, layer.Padding.Left + layer.Padding.Right, layer.Dilation.Width,
                layer.OutputPadding.Width)) =>
        (_layer, _reach) = (layer, ((layer.Weight.Shape[2] - 1) * layer.Dilation.Height) + 1);

    public override long ValuesPerRow => ((long)Channels * Width) + (Source.ValuesPerRow / _layer.Stride.Height);

    public override Tensor Read(int top, int rows)
    {
        var (stride, padding) = (_layer.Stride.Height, _layer.Padding);
        var (first, last) = (top + padding.Top, top + rows - 1 + padding.Top);
        var from = Math.Max(0, first - _reach + stride) / stride;
        var to = Math.Min(Source.Height - 1, last / stride);

        // Computed without padding, so the strip's output starts at its first source row; the requested rows are a slice of it.
        var whole = Source.Read(from, to - from + 1)
            .ConvTranspose2d(
                _layer.Weight.Value, _layer.Bias?.Value, _layer.Stride, 0, _layer.OutputPadding, _layer.Dilation, _layer.Groups);
        return whole.Slice(2, first - (from * stride), rows).Slice(3, padding.Left, Width);
    }

    private static int Extent(int length, int kernel, int stride, int padding, int dilation, int outputPadding) =>
        ((length - 1) * stride) - padding + (dilation * (kernel - 1)) + outputPadding + 1;
}
