namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>A layer to measure convolutions on: input [N, C, H, W], weight [K, C, Kernel, Kernel].</summary>
internal sealed record BenchLayer(Shape Input, int K, int Kernel, int Stride, int Padding)
{
    /// <summary>A residual block of CycleGAN's generator on 256 x 256 pictures.</summary>
    public static BenchLayer ResidualBlock { get; } = new([1, 256, 64, 64], 256, 3, 1, 1);

    /// <summary>A smaller layer of the same kind, which a processor computes in milliseconds.</summary>
    public static BenchLayer Small { get; } = new([1, 64, 32, 32], 64, 3, 1, 1);

    /// <summary>A layer for devices that start a thread of the processor for each of a kernel's.</summary>
    internal static BenchLayer Tiny { get; } = new([1, 8, 8, 8], 8, 3, 1, 1);

    /// <summary>Reads <c>N,C,H,W,K,KERNEL,STRIDE,PADDING</c>.</summary>
    /// <exception cref="FormatException">the text is not a layer; the message says why</exception>
    public static BenchLayer Parse(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            numbers.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException(
                    $"a layer is N,C,H,W,K,KERNEL,STRIDE,PADDING, eight numbers; '{part}' in '{text}' is not a number"));
        }

        if (numbers.Count != 8 || numbers.Take(7).Any(number => number < 1))
        {
            throw new FormatException(
                $"a layer is N,C,H,W,K,KERNEL,STRIDE,PADDING, eight numbers of which only the padding may be 0, not '{text}'");
        }

        try
        {
            var layer = new BenchLayer([.. numbers.Take(4)], numbers[4], numbers[5], numbers[6], numbers[7]);
            _ = layer.Geometry;
            return layer;
        }
        catch (ShapeException problem)
        {
            throw new FormatException(problem.Message, problem);
        }
    }

    internal Shape Weight => new(K, Input[1], Kernel, Kernel);

    internal ConvGeometry Geometry =>
        ConvShapes.Conv2d("conv2d", Input, Weight, bias: null, new ConvSettings(Stride, Padding, Dilation: 1, Groups: 1));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Input} to {K} channels, {Kernel}x{Kernel} stride {Stride}");
}
