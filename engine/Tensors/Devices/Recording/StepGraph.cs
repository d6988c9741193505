namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>A recorded step as it runs: its kernel calls in order, and where and when its values are in memory.</summary>
/// <param name="RecordedCalls">number of calls before fusion</param>
/// <param name="Calls">the calls that each step makes</param>
/// <param name="Values">values without memory of their own; weights, optimiser state, inputs and outputs are not among them</param>
/// <param name="Elements">elements of four bytes that all values need together, placed by <see cref="MemoryPlan"/></param>
internal sealed record StepGraph(int RecordedCalls, IReadOnlyList<StepCall> Calls, IReadOnlyList<StepValue> Values, long Elements)
{
    [ThreadStatic]
    private static List<StepGraph>? s_collected;

    /// <summary>Whether graphs are being collected on this thread.</summary>
    internal static bool IsCollected => s_collected is not null;

    /// <summary>Takes steps and returns the graphs of those that were recorded meanwhile.</summary>
    public static IReadOnlyList<StepGraph> Collect(Action steps)
    {
        var collected = s_collected = [];
        try
        {
            steps();
        }
        finally
        {
            s_collected = null;
        }

        return collected;
    }

    /// <summary>Adds the graph of a step that has been recorded.</summary>
    /// <param name="recorded">its calls as they were traced</param>
    /// <param name="graph">what passes made of them</param>
    /// <param name="plan">where their values lie</param>
    internal static void Add(IReadOnlyList<KernelCall> recorded, ValueGraph graph, MemoryPlan plan)
    {
        var values = new List<StepValue>();
        var indices = new Dictionary<Storage, int>();
        var made = graph.Calls();
        foreach (var (storage, first, last, offset) in plan.Values().OrderBy(value => value.First).ThenBy(value => value.Offset))
        {
            indices.Add(storage, values.Count);
            values.Add(new StepValue(
                storage.Capacity, offset, first, last, CallsOn(storage, call => call.Changes), CallsOn(storage, call => call.Reads),
                graph.Forms.GetValueOrDefault(storage, Form.Plain).Name));
        }

        StepCall[] calls =
        [
            .. made.Zip(graph.Origins(), (call, origin) => new StepCall(
                call.Name, [.. origin.Recorded.Select(place => recorded[place].Name)], origin.Pass, ValuesIn(call.Reads),
                ValuesIn([.. call.Changes]), call.Cost)),
        ];
        s_collected?.Add(new StepGraph(recorded.Count, calls, values, plan.Blocks.Sum()));

        IReadOnlyList<int> CallsOn(Storage storage, Func<KernelCall, IEnumerable<DeviceSpan>> spans) =>
            [.. Enumerable.Range(0, made.Count).Where(i => spans(made[i]).Any(span => span.Storage == storage))];

        IReadOnlyList<int> ValuesIn(IReadOnlyList<DeviceSpan> spans) =>
            [.. spans.Where(span => indices.ContainsKey(span.Storage)).Select(span => indices[span.Storage]).Distinct()];
    }
}

/// <summary>A kernel call of a <see cref="StepGraph"/>.</summary>
/// <param name="Kernel">name of the kernel: <c>norm_to</c></param>
/// <param name="Recorded">the calls that it stands for, as the code made them; one of the same name if it was not fused</param>
/// <param name="Pass">the fusion pass that made it; null for none</param>
/// <param name="Reads">indices of values</param>
/// <param name="Writes">indices of values</param>
/// <param name="Cost">its operations, and the memory that it reads and writes, weights and state included</param>
internal sealed record StepCall(
    string Kernel, IReadOnlyList<string> Recorded, string? Pass, IReadOnlyList<int> Reads, IReadOnlyList<int> Writes, OpCost Cost);

/// <summary>A value of a <see cref="StepGraph"/>.</summary>
/// <param name="Elements">its memory, in elements of four bytes: half as many as numbers in bfloat16</param>
/// <param name="Offset">where they begin in the step's memory</param>
/// <param name="First">index of the first call that touches it</param>
/// <param name="Last">index of the last one</param>
/// <param name="Makers">indices of the calls that write it: one, or one for each part of a concat in place</param>
/// <param name="Readers">indices of the calls that read it</param>
/// <param name="Form">how its numbers lie in memory: <c>plain</c>, <c>with a border</c>, <c>channels last, bfloat16</c></param>
internal sealed record StepValue(
    long Elements, long Offset, int First, int Last, IReadOnlyList<int> Makers, IReadOnlyList<int> Readers, string Form);
