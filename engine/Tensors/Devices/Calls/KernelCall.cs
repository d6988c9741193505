using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A call of a kernel: which one, and its arguments. There is a record for each kernel, which is its only declaration: what it computes,
/// what it reads and writes, what may be in place, and of which other calls it is composed if it is a fused one. A call can be made again,
/// and lists of calls can be matched and rewritten. Where its arrays lie is not its business.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] // ReplayCheck compares them.
public abstract record KernelCall
{
    private IReadOnlyList<KernelCall>? _parts;

    private protected KernelCall()
    {
    }

    /// <summary>A copy has other arguments, and so other parts.</summary>
    protected KernelCall(KernelCall original) => Scratch = original.Scratch;

    /// <summary>The kernel's name as errors spell it: <c>conv2d_input_gradient</c>.</summary>
    public string Name => JsonNamingPolicy.SnakeCaseLower.ConvertName(GetType().Name[..^"Call".Length]);

    /// <summary>
    /// Device memory whose content decides the result, besides <see cref="Device.Numbers"/>. State that is added to or written in part is
    /// among the writes as well.
    /// </summary>
    public abstract IReadOnlyList<DeviceSpan> Reads { get; }

    /// <summary>
    /// Device memory that holds something else afterwards; every element is written, or left as the element that was read.
    /// </summary>
    public abstract IReadOnlyList<DeviceSpan> Writes { get; }

    /// <summary>
    /// Memory for what the parts hand on to each other and nobody else reads; what is in it afterwards is arbitrary. A recorded step has it
    /// where the device asks (<see cref="IKernels.ScratchOf"/>).
    /// </summary>
    public DeviceSpan? Scratch { get; init; }

    /// <summary>Elements of <see cref="Scratch"/> that the parts need; 0 for none.</summary>
    internal virtual long ScratchOfParts => 0;

    /// <summary>
    /// The calls that a fused call stands for, in order, with its bits; null for a plain call. They are what the fused call means, and what
    /// a device does that has no kernel of its own.
    /// </summary>
    public virtual IReadOnlyList<KernelCall>? Parts => null;

    /// <summary>Floating-point operations, one for each number written where the call doesn't say more, and the memory touched.</summary>
    internal OpCost Cost => new(Flops, sizeof(float) * Reads.Concat(Writes).Sum(span => span.Length));

    private protected virtual long Flops => Parts is { } parts ? parts.Sum(part => part.Flops) : Writes.Sum(span => span.Length);

    /// <summary>
    /// Arrays that may be the same memory, element by element, by the call's definition; <see cref="IKernels.WorksInPlace"/> has the
    /// device's answer.
    /// </summary>
    internal virtual IReadOnlyList<(DeviceSpan Write, DeviceSpan Read)> InPlace => [];

    /// <summary>Whether each argument is the other call's; lists of arguments are if they are the same list.</summary>
    public virtual bool Equals(KernelCall? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The call that computes the same of operands in other forms.</summary>
    /// <param name="forms">the form of each of <see cref="Reads"/>, ones that the call knows</param>
    /// <param name="operands">the operands in these forms</param>
    /// <exception cref="NotSupportedException">the call doesn't know the forms</exception>
    internal virtual KernelCall Reading(IReadOnlyList<Form> forms, IReadOnlyList<DeviceSpan> operands) =>
        throw new NotSupportedException($"{Name} can't read its operands as {string.Join(", ", forms.Select(form => form.Name))}");

    /// <summary>The call that writes a result in another form as well; null if there is none.</summary>
    /// <param name="result">the result in its plain form</param>
    /// <param name="form">the other form</param>
    /// <param name="y">where it goes in that form</param>
    internal virtual KernelCall? Writing(DeviceSpan result, Form form, DeviceSpan y) => null;

    /// <summary>The same call without the plain form of what it writes in another; null if it has no other.</summary>
    internal virtual KernelCall? WithoutPlain() => null;

    /// <summary>All memory that the call touches.</summary>
    internal IEnumerable<DeviceSpan> Arrays => Reads.Concat(Changes);

    /// <summary>All memory that holds something else afterwards: the writes, and the scratch.</summary>
    internal IEnumerable<DeviceSpan> Changes => Scratch is { } scratch ? Writes.Append(scratch) : Writes;

    /// <summary>The same call with other memory in place of each array.</summary>
    internal KernelCall On(Func<DeviceSpan, DeviceSpan> map) =>
        Scratch is { } scratch ? Map(map) with { Scratch = map(scratch) } : Map(map);

    /// <summary>The same call with other memory in place of each array that it reads or writes.</summary>
    internal abstract KernelCall Map(Func<DeviceSpan, DeviceSpan> map);

    /// <summary>Makes the call on a device, and names it where it fails.</summary>
    internal void MakeOn(IKernels kernels)
    {
        try
        {
            kernels.Run(this);
        }
        catch (DeviceException exception) when (exception.Op is null)
        {
            throw exception.During(Name, Name);
        }
    }

    /// <summary>Runs the device's kernel for this call, or its parts; what <see cref="IKernels.Run"/> does.</summary>
    internal abstract void RunOn(IKernels kernels);

    /// <summary>Runs the parts on a device. They are listed once, so that a replay allocates nothing.</summary>
    /// <exception cref="NotSupportedException">there are none: a plain call that the device has no kernel for</exception>
    /// <exception cref="InvalidOperationException">they need scratch memory, and the call has none</exception>
    internal void RunParts(IKernels kernels)
    {
        if (ScratchOfParts > 0 && Scratch is null)
        {
            throw new InvalidOperationException($"{Name}: its parts need {ScratchOfParts} elements of scratch memory, and it has none");
        }

        _parts ??= Parts
            ?? throw new NotSupportedException(
                $"{Name}: {kernels.GetType().Name} has no kernel for it, and it has no parts to run instead");
        foreach (var part in _parts)
        {
            kernels.Run(part);
        }
    }

    /// <summary>The scratch, or for a call that has none, whose parts are only counted, an array of no memory.</summary>
    private protected DeviceSpan ScratchOrNone() => Scratch ?? default(DeviceSpan) with { Length = ScratchOfParts };

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

/// <summary>A call that finds the device's kernel for it by its own type.</summary>
/// <typeparam name="TSelf">the call's type</typeparam>
public abstract record KernelCall<TSelf> : KernelCall
    where TSelf : KernelCall<TSelf>
{
    internal sealed override void RunOn(IKernels kernels)
    {
        if (kernels is IKernel<TSelf> own)
        {
            own.Run((TSelf)this);
        }
        else
        {
            RunParts(kernels);
        }
    }
}

/// <summary>A call that reads one array and writes another.</summary>
/// <typeparam name="TSelf">the call's type</typeparam>
/// <param name="X">the array that is read</param>
/// <param name="Y">the array that is written</param>
public abstract record OneToOneCall<TSelf>(DeviceSpan X, DeviceSpan Y) : KernelCall<TSelf>
    where TSelf : OneToOneCall<TSelf>
{
    public override IReadOnlyList<DeviceSpan> Reads => [X];

    public override IReadOnlyList<DeviceSpan> Writes => [Y];

    internal sealed override KernelCall Map(Func<DeviceSpan, DeviceSpan> map) => this with { X = map(X), Y = map(Y) };
}
