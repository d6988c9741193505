using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Gives one component's rows at the full size of the image, from the top one to the last.</summary>
internal sealed unsafe class UpsampledRows
{
    private readonly JpegComponent component;
    private readonly byte* plane;
    private readonly Upsampling.Kind kind;
    private readonly int horizontalFactor;
    private readonly int verticalFactor;
    private readonly byte[] row;
    private readonly ushort[] sums;

    /// <param name="plane">The component's plane, pinned for the life of this object.</param>
    public UpsampledRows(JpegComponent component, JpegFrame frame, byte* plane)
    {
        this.component = component;
        this.plane = plane;
        kind = Upsampling.KindFor(component, frame);
        horizontalFactor = frame.MaxHorizontal / component.Horizontal;
        verticalFactor = frame.MaxVertical / component.Vertical;

        // Pinned, so that rows can be handed out as pointers.
        row = kind == Upsampling.Kind.None ? [] : GC.AllocateUninitializedArray<byte>(component.Width * horizontalFactor, pinned: true);
        sums = kind == Upsampling.Kind.TriangleBoth ? new ushort[component.Width] : [];
    }

    /// <summary>The samples of a row of the image; valid until the next call.</summary>
    public byte* Row(int y)
    {
        var sourceY = y / verticalFactor;
        var source = Source(sourceY);
        if (kind == Upsampling.Kind.None)
        {
            return source;
        }

        var above = y % verticalFactor == 0;
        var far = Source(Math.Clamp(above ? sourceY - 1 : sourceY + 1, 0, component.Height - 1));
        var target = (byte*)Unsafe.AsPointer(ref row[0]);
        fixed (ushort* scratch = sums)
        {
            switch (kind)
            {
                case Upsampling.Kind.TriangleHorizontal:
                    Upsampling.DoubleHorizontally(source, target, component.Width);
                    break;
                case Upsampling.Kind.TriangleVertical:
                    Upsampling.BlendVertically(source, far, target, component.Width, above ? 1 : 2);
                    break;
                case Upsampling.Kind.TriangleBoth:
                    Upsampling.DoubleBoth(source, far, scratch, target, component.Width);
                    break;
                default:
                    Upsampling.Replicate(source, target, component.Width, horizontalFactor);
                    break;
            }
        }

        return target;
    }

    private byte* Source(int y) => plane + ((nint)y * component.Stride);
}
