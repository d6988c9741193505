namespace IlgpuGan.Tensors;

/// <summary>A number per axis of an image: a kernel size, stride or dilation. One number converts to both.</summary>
public readonly record struct Size2d(int Height, int Width)
{
    public static implicit operator Size2d(int both) => new(both, both);

    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary><c>2</c> where both are equal, else <c>2x1</c>.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}x{Width}";
}

/// <summary>
/// Padding around an image, in rows and columns. One number converts to all sides, two to (top and bottom, left and right), as in PyTorch.
/// </summary>
public readonly record struct Margins
{
    public Margins(int top, int bottom, int left, int right) => (Top, Bottom, Left, Right) = (top, bottom, left, right);

    public int Top { get; init; }

    public int Bottom { get; init; }

    public int Left { get; init; }

    public int Right { get; init; }

    /// <summary>Whether all sides are 0.</summary>
    public bool IsZero => this == default;

    public static implicit operator Margins(int all) => new(all, all, all, all);

    public static implicit operator Margins((int Vertical, int Horizontal) m) => new(m.Vertical, m.Vertical, m.Horizontal, m.Horizontal);

    public static implicit operator Margins((int Top, int Bottom, int Left, int Right) m) => new(m.Top, m.Bottom, m.Left, m.Right);

    /// <summary>
    /// TensorFlow's SAME padding: as much as gives ⌈extent / stride⌉ outputs; an odd row or column goes to the bottom or right.
    /// </summary>
    /// <param name="input">rows and columns of the image</param>
    /// <param name="kernel">kernel size</param>
    /// <param name="stride">stride; 1 if null</param>
    /// <param name="dilation">dilation; 1 if null</param>
    public static Margins Same(Size2d input, Size2d kernel, Size2d? stride = null, Size2d? dilation = null)
    {
        var (step, distance) = (stride ?? 1, dilation ?? 1);
        static (int Before, int After) Of(int extent, int kernel, int stride, int dilation)
        {
            var outputs = ((long)extent + stride - 1) / stride;
            var all = Math.Max(((outputs - 1) * stride) + ((kernel - 1L) * dilation) + 1 - extent, 0);
            return (Extents.Of("same padding", all / 2, [extent]), Extents.Of("same padding", all - (all / 2), [extent]));
        }

        var (top, bottom) = Of(input.Height, kernel.Height, step.Height, distance.Height);
        var (left, right) = Of(input.Width, kernel.Width, step.Width, distance.Width);
        return new Margins(top, bottom, left, right);
    }

    internal void Deconstruct(out int top, out int bottom, out int left, out int right) =>
        (top, bottom, left, right) = (Top, Bottom, Left, Right);

    /// <summary><c>1</c> where all are equal, else <c>0,1,0,1</c>: top, bottom, left, right.</summary>
    public override string ToString() => this == Top ? $"{Top}" : $"{Top},{Bottom},{Left},{Right}";
}
