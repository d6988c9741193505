using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Supplies one component's rows at the full size of the image, from top to bottom.</summary>
internal sealed unsafe class UpsampledRows
{
    private readonly JpegComponent _component;
    private readonly byte* _plane;
    private readonly Upsampling.Kind _kind;
    private readonly int _horizontalFactor;
    private readonly int _verticalFactor;
    private readonly byte[] _row;
    private readonly ushort[] _sums;

    /// <param name="plane">The component's plane, pinned for the life of this object.</param>
    public UpsampledRows(JpegComponent component, JpegFrame frame, byte* plane)
    {
        _component = component;
        _plane = plane;
        _kind = Upsampling.KindFor(component, frame);
        _horizontalFactor = frame.MaxHorizontal / component.Horizontal;
        _verticalFactor = frame.MaxVertical / component.Vertical;

        // Pinned, because Row returns pointers.
        _row = _kind == Upsampling.Kind.None ? [] : GC.AllocateUninitializedArray<byte>(component.Width * _horizontalFactor, pinned: true);
        _sums = _kind == Upsampling.Kind.TriangleBoth ? new ushort[component.Width] : [];
    }

    /// <summary>The samples of a row of the image; valid until the next call.</summary>
    public byte* Row(int y)
    {
        var sourceY = y / _verticalFactor;
        var source = Source(sourceY);
        if (_kind == Upsampling.Kind.None)
        {
            return source;
        }

        var above = y % _verticalFactor == 0;
        var far = Source(Math.Clamp(above ? sourceY - 1 : sourceY + 1, 0, _component.Height - 1));
        var target = (byte*)Unsafe.AsPointer(ref _row[0]);
        fixed (ushort* scratch = _sums)
        {
            switch (_kind)
            {
                case Upsampling.Kind.TriangleHorizontal:
                    Upsampling.DoubleHorizontally(source, target, _component.Width);
                    break;
                case Upsampling.Kind.TriangleVertical:
                    Upsampling.BlendVertically(source, far, target, _component.Width, above ? 1 : 2);
                    break;
                case Upsampling.Kind.TriangleBoth:
                    Upsampling.DoubleBoth(source, far, scratch, target, _component.Width);
                    break;
                default:
                    Upsampling.Replicate(source, target, _component.Width, _horizontalFactor);
                    break;
            }
        }

        return target;
    }

    private byte* Source(int y) => _plane + ((nint)y * _component.Stride);
}
