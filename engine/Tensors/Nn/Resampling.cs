using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>Padding of images, in pixels.</summary>
public abstract class Padding2d(Margins margins, PadMode mode) : Layer
{
    public Margins Margins { get; } = margins;

    public PadMode Mode { get; } = mode;

    public override Tensor Forward(Tensor x) => x.Pad(Margins, Mode);

    public override string Export(GraphWriter graph, string x)
    {
        var (top, bottom, left, right) = Margins;
        var amounts = graph.Integers($"pads_{left}_{right}_{top}_{bottom}", 0, 0, top, left, 0, 0, bottom, right);
        return graph.Node("Pad", [x, amounts], ResamplingNodes.ModeOf(Mode) ?? throw graph.HasNoCounterpart(this));
    }
}

/// <summary>Padding by reflection; the border itself is not repeated.</summary>
public sealed class ReflectionPad2d(Margins margins) : Padding2d(margins, PadMode.Reflect);

/// <summary>Padding with copies of the border.</summary>
public sealed class ReplicationPad2d(Margins margins) : Padding2d(margins, PadMode.Replicate);

/// <summary>Padding with the opposite border, as on a torus.</summary>
public sealed class CircularPad2d(Margins margins) : Padding2d(margins, PadMode.Circular);

/// <summary>Padding with zeros.</summary>
public sealed class ZeroPad2d(Margins margins) : Padding2d(margins, PadMode.Constant);

/// <summary>Upsamples by an integer factor.</summary>
public sealed class Upsample(int scale, UpsampleMode mode = UpsampleMode.Nearest) : Layer
{
    public int Scale { get; } = NumberSetting.Positive(scale, nameof(scale), "upsample: the factor");

    public UpsampleMode Mode { get; } = mode;

    public override Tensor Forward(Tensor x) => x.Upsample(Scale, Mode);

    /// <summary>
    /// Nearest: every pixel becomes a square, output row i is input row ⌊i / scale⌋. Bilinear: between the centres of pixels.
    /// </summary>
    public override string Export(GraphWriter graph, string x)
    {
        var scales = graph.Floats($"scales_{Scale}", 1, 1, Scale, Scale);
        return Mode == UpsampleMode.Nearest
            ? graph.Node(
                "Resize", [x, "", scales],
                OnnxAttribute.Text("mode", "nearest"), OnnxAttribute.Text("coordinate_transformation_mode", "asymmetric"),
                OnnxAttribute.Text("nearest_mode", "floor"))
            : graph.Node(
                "Resize", [x, "", scales], OnnxAttribute.Text("mode", "linear"),
                OnnxAttribute.Text("coordinate_transformation_mode", "half_pixel"));
    }
}

/// <summary>Resizes planes to given sides, up or down.</summary>
public sealed class Resize(Size2d size, Resizing? resizing = null) : Layer
{
    public Size2d Size { get; } = size;

    public Resizing Resizing { get; } = resizing ?? new Resizing();

    public override Tensor Forward(Tensor x) => x.Resize(Size, Resizing);

    public override string Export(GraphWriter graph, string x) => ResamplingNodes.Resized(graph, this, x);
}

/// <summary>Antialiased up- or downsampling by a fixed kernel; see <see cref="TensorOps.Blur"/>.</summary>
public sealed class Blur(
    float[] kernel, int down = 1, int up = 1, PadMode edge = PadMode.Reflect, Margins? padding = null) : Layer
{
    /// <summary>Weights along rows and columns, before normalisation to the sum 1.</summary>
    public IReadOnlyList<float> Kernel => kernel;

    public int Down { get; } = down;

    public int Up { get; } = up;

    public PadMode Edge { get; } = edge;

    /// <summary>Rows and columns around the upsampled plane.</summary>
    public Margins Padding { get; } = padding ?? BlurTaps.SamePadding(kernel.Length, up);

    public override Tensor Forward(Tensor x) => x.Blur(kernel, Down, Up, Edge, Padding);

    public override string Export(GraphWriter graph, string x) => ResamplingNodes.Blurred(graph, this, x);
}

/// <summary>Mean of each window.</summary>
/// <param name="window">the windows</param>
/// <param name="countIncludePad">whether zeros of the padding count</param>
public sealed class AvgPool2d(PoolWindow window, bool countIncludePad = true) : Layer
{
    public AvgPool2d(int kernel, int stride = 0, int padding = 0, bool countIncludePad = true)
        : this(new PoolWindow(kernel, stride, padding), countIncludePad)
    {
    }

    public PoolWindow Window { get; } = window;

    public bool CountIncludePad { get; } = countIncludePad;

    public override Tensor Forward(Tensor x) => x.AvgPool2d(Window, CountIncludePad);

    public override string Export(GraphWriter graph, string x) => ResamplingNodes.Averaged(graph, this, x);
}

/// <summary>Maximum of each window.</summary>
public sealed class MaxPool2d(PoolWindow window) : Layer
{
    public MaxPool2d(int kernel, int stride = 0, int padding = 0)
        : this(new PoolWindow(kernel, stride, padding))
    {
    }

    public PoolWindow Window { get; } = window;

    public override Tensor Forward(Tensor x) => x.MaxPool2d(Window);

    public override string Export(GraphWriter graph, string x) => ResamplingNodes.Maxima(graph, this, x);
}

/// <summary>Adaptive average pooling to planes of a size, as in PyTorch; 1 is the mean of the plane.</summary>
public sealed class AdaptiveAvgPool2d(Size2d size) : Layer
{
    public Size2d Size { get; } = size;

    public override Tensor Forward(Tensor x) => x.AdaptiveAvgPool2d(Size);

    public override string Export(GraphWriter graph, string x) => ResamplingNodes.Adapted(graph, this, x);
}
