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

/// <summary>What an image promises about its views, looked at once a launch: a few comparisons, no allocation.</summary>
internal sealed unsafe class LaunchPromises
{
    private readonly KernelParameter[] views;

    private readonly bool noAlias;

    private LaunchPromises(KernelImage image)
    {
        views = [.. image.Parameters.Where(parameter => parameter.Kind == KernelParameterKind.ViewPointer)];
        noAlias = image.AssumesNoAlias;
    }

    /// <summary>The views that <see cref="Hold"/> wants to see, in this order.</summary>
    public IReadOnlyList<KernelParameter> Views => views;

    /// <summary>The promises of an image, or null if its code is right for every launch.</summary>
    public static LaunchPromises? Of(KernelImage image) => image.MakesPromises ? new(image) : null;

    /// <summary>Whether the views keep all promises.</summary>
    /// <param name="ranges">Where <see cref="Views"/> lie.</param>
    public bool Hold(ViewRange* ranges)
    {
        for (int i = 0; i < views.Length; i++)
        {
            if ((ranges[i].Start & (views[i].VectorAlignment - 1)) != 0)
                return false;
        }

        return !noAlias || !ReadsWhatItWrites(ranges);
    }

    private bool ReadsWhatItWrites(ViewRange* ranges)
    {
        for (int written = 0; written < views.Length; written++)
        {
            if (views[written].IsReadOnly)
                continue;
            for (int read = 0; read < views.Length; read++)
            {
                if (views[read].IsReadOnly && ranges[read].Overlaps(ranges[written]))
                    return true;
            }
        }

        return false;
    }
}
