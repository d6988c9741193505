using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>Where a view of a launch lies.</summary>
/// <param name="Memory">The buffer's native handle.</param>
/// <param name="Start">In bytes from the start of the buffer.</param>
/// <param name="End">The first byte behind the view.</param>
internal readonly record struct ViewRange(IntPtr Memory, long Start, long End)
{
    public bool Overlaps(in ViewRange other) => Memory == other.Memory && Start < other.End && other.Start < End;
}

/// <summary>What an image promises about its launches, looked at once a launch: a few comparisons, no allocation.</summary>
internal sealed unsafe class LaunchPromises
{
    private readonly KernelParameter[] _views;

    private readonly bool _noAlias;

    private readonly bool _int32Positions;

    private LaunchPromises(KernelImage image)
    {
        _views = [.. image.Parameters.Where(parameter => parameter.Kind == KernelParameterKind.ViewPointer)];
        (_noAlias, _int32Positions) = (image.AssumesNoAlias, image.AssumesInt32Positions);
        Lengths = image.PromisedLengths;
    }

    /// <summary>The views that <see cref="Hold"/> wants to see, in this order.</summary>
    public IReadOnlyList<KernelParameter> Views => _views;

    /// <summary>The lengths that <see cref="Hold"/> wants to see, all in one number.</summary>
    public IReadOnlyList<KernelParameter> Lengths { get; }

    /// <summary>The promises of an image, or null if its code is right for every launch.</summary>
    public static LaunchPromises? Of(KernelImage image) => image.MakesPromises ? new(image) : null;

    /// <summary>Whether a launch keeps all promises.</summary>
    /// <param name="ranges">Where <see cref="Views"/> lie.</param>
    /// <param name="lengths">
    /// The bits of all <see cref="Lengths"/> together: above int.MaxValue if one of them is, negative if one of them is.
    /// </param>
    /// <param name="grid">The number of groups.</param>
    /// <param name="group">The number of threads of each.</param>
    public bool Hold(ViewRange* ranges, long lengths, in Index3D grid, in Index3D group)
    {
        if (lengths is < 0 or > int.MaxValue)
        {
            return false;
        }

        if (_int32Positions && !(FitsInt32(grid.X, group.X) && FitsInt32(grid.Y, group.Y) && FitsInt32(grid.Z, group.Z)))
        {
            return false;
        }

        for (int i = 0; i < _views.Length; i++)
        {
            if ((ranges[i].Start & (_views[i].VectorAlignment - 1)) != 0)
            {
                return false;
            }
        }

        return !_noAlias || !ReadsWhatItWrites(ranges);
    }

    private static bool FitsInt32(int groups, int threads) => (long)groups * threads <= int.MaxValue;

    private bool ReadsWhatItWrites(ViewRange* ranges)
    {
        for (int written = 0; written < _views.Length; written++)
        {
            if (_views[written].IsReadOnly)
            {
                continue;
            }

            for (int read = 0; read < _views.Length; read++)
            {
                if (_views[read].IsReadOnly && ranges[read].Overlaps(ranges[written]))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
