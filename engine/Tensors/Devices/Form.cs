namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A way in which the numbers of a value lie in memory. The plain one is dense, row-major float32; a value may exist in several at once,
/// and has those alone that somebody reads. A layout or an element type of another kind is another member here.
/// </summary>
/// <param name="Border">what lies around each plane; null for nothing</param>
internal readonly record struct Form(PlaneBorder? Border)
{
    /// <summary>Dense, row-major float32.</summary>
    public static Form Plain => default;

    /// <summary>What pages call it.</summary>
    public string Name => Border is null ? "plain" : "with a border";

    /// <summary>The call that makes a value in this form of the plain one.</summary>
    public KernelCall Convert(DeviceSpan x, DeviceSpan y) => Border is { } border
        ? new PadCall(border.Mode, border.Value, x, y, border.G)
        : new CopyCall(x, y);

    /// <summary>Elements of a value in this form.</summary>
    /// <param name="plain">elements in the plain one</param>
    public long Count(long plain) => Border is { } border ? border.G.Count() : plain;
}

/// <summary>A border around each plane of a value.</summary>
/// <param name="Mode">what it holds</param>
/// <param name="Value">the constant of a constant border</param>
/// <param name="G">its widths</param>
internal readonly record struct PlaneBorder(PadMode Mode, float Value, PadGeometry G);
