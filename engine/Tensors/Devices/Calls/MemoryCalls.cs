namespace IlgpuGan.Tensors.Devices;

/// <summary>y[i] = value.</summary>
internal sealed record FillCall(DeviceSpan Y, float Value) : KernelCall<FillCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>y[i] = the float32 in a word of <see cref="Device.Numbers"/>.</summary>
internal sealed record FillFromCall(int Word, DeviceSpan Y) : KernelCall<FillFromCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}

/// <summary>y[i] = x[i].</summary>
internal sealed record CopyCall(DeviceSpan X, DeviceSpan Y) : OneToOneCall<CopyCall>(X, Y);

/// <summary>Copies the box of size extent from x at xStart to y at yStart. The rest of y keeps its values.</summary>
internal sealed record CopyBlockCall(DeviceSpan X, Shape XShape, int[] XStart, DeviceSpan Y, Shape YShape, int[] YStart, Shape Extent)
    : OneToOneCall<CopyBlockCall>(X, Y)
{
    public override IReadOnlyList<DeviceSpan> Reads => Extent.Count < YShape.Count ? [X, Y] : [X];

    public bool Equals(CopyBlockCall? other) =>
        base.Equals(other) && (XShape, YShape, Extent) == (other.XShape, other.YShape, other.Extent)
        && XStart.AsSpan().SequenceEqual(other.XStart) && YStart.AsSpan().SequenceEqual(other.YStart);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), XShape, YShape, Extent);
}

/// <summary>y = x with dimension i of y being dimension order[i] of x.</summary>
internal sealed record PermuteCall(DeviceSpan X, Shape XShape, int[] Order, DeviceSpan Y) : OneToOneCall<PermuteCall>(X, Y)
{
    public bool Equals(PermuteCall? other) =>
        base.Equals(other) && XShape == other.XShape && Order.AsSpan().SequenceEqual(other.Order);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), XShape);
}

/// <summary>y = arrays side by side along a dimension; the other extents are y's.</summary>
/// <param name="Operands">the arrays, in order</param>
/// <param name="Axis">the dimension</param>
/// <param name="Y">the result</param>
/// <param name="YShape">its shape</param>
internal sealed record ConcatCall(ConcatPart[] Operands, int Axis, DeviceSpan Y, Shape YShape) : KernelCall<ConcatCall>
{
    public override IReadOnlyList<DeviceSpan> Reads => [.. Operands.Select(part => part.X)];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    /// <summary>Whether each operand lies in y in one piece.</summary>
    internal bool IsDense
    {
        get
        {
            for (var i = 0; i < Axis; i++)
            {
                if (YShape[i] != 1)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public override IReadOnlyList<KernelCall> Parts
    {
        get
        {
            var (parts, start) = (new KernelCall[Operands.Length], 0);
            for (var i = 0; i < parts.Length; i++)
            {
                var (from, to) = (new int[YShape.Rank], new int[YShape.Rank]);
                to[Axis] = start;
                var shape = YShape.With(Axis, Operands[i].Extent);
                parts[i] = new CopyBlockCall(Operands[i].X, shape, from, Y, YShape, to, shape);
                start += Operands[i].Extent;
            }

            return parts;
        }
    }

    /// <summary>Where a dense operand lies in y.</summary>
    internal DeviceSpan PlaceOf(int operand) =>
        Y with { Offset = Y.Offset + Operands[..operand].Sum(part => part.X.Length), Length = Operands[operand].X.Length };

    public bool Equals(ConcatCall? other) =>
        other is not null && (Axis, Y, YShape) == (other.Axis, other.Y, other.YShape) && Operands.AsSpan().SequenceEqual(other.Operands);

    public override int GetHashCode() => HashCode.Combine(Axis, Y, YShape, Operands.Length, Operands[0]);

    internal override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) =>
        this with { Operands = [.. Operands.Select(part => part with { X = map(part.X) })], Y = map(Y) };
}

/// <summary>One of the arrays that <see cref="ConcatCall"/> puts side by side.</summary>
/// <param name="X">the array</param>
/// <param name="Extent">its extent along the dimension</param>
internal readonly record struct ConcatPart(DeviceSpan X, int Extent);
