using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// One call of a member of <see cref="IKernels"/> with its arguments, which can be made again. There is a record for each member, named
/// after it, with the member's parameters as properties, so that lists of calls can be matched and rewritten.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] // ReplayCheck compares them.
public abstract record KernelCall
{
    /// <summary>The member's name as errors spell it: <c>conv2d_input_gradient</c>.</summary>
    public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(GetType().Name[..^"Call".Length]);

    /// <summary>
    /// Device memory whose content decides the result, besides <see cref="Device.Numbers"/>. What is changed in place, added to or written
    /// in part is among the reads as well as the writes; otherwise no read overlaps a write.
    /// </summary>
    public abstract IReadOnlyList<DeviceSpan> Reads { get; }

    /// <summary>
    /// Device memory that holds something else afterwards; every element is written, or left as the element that was read.
    /// </summary>
    public abstract IReadOnlyList<DeviceSpan> Writes { get; }

    /// <summary>Those of the writes that are working memory: what is in them afterwards is arbitrary.</summary>
    public virtual IReadOnlyList<DeviceSpan> Working => [];

    /// <summary>Arrays that may be the same memory, element by element: the kernel then works in place.</summary>
    internal virtual IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [];

    /// <summary>The same call with other memory in place of each array that it reads or writes.</summary>
    internal abstract KernelCall Map(Func<DeviceSpan, DeviceSpan> map);

    /// <summary>Calls the member.</summary>
    public abstract void Run(IKernels kernels);

    private protected static DeviceSpan? Mapped(DeviceSpan? span, Func<DeviceSpan, DeviceSpan> map) =>
        span is { } given ? map(given) : null;

    /// <summary>Those spans that there are.</summary>
    private protected static IReadOnlyList<DeviceSpan> Given(params ReadOnlySpan<DeviceSpan?> spans)
    {
        var given = new List<DeviceSpan>(spans.Length);
        foreach (var span in spans)
        {
            if (span is { } present)
            {
                given.Add(present);
            }
        }

        return given;
    }
}
