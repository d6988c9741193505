namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Which values exist in which forms (<see cref="Form"/>), and which call writes them. A call reads an operand in the form that the device
/// asks for; one conversion a value and form makes it, or the value's maker, where the device can write it there. The plain form of a
/// value that nobody reads is not written then. Weights that a step does not change in between are converted together.
/// </summary>
internal static class Forms
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        var made = new Dictionary<(DeviceSpan Value, int Version, Form Form), DeviceSpan>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is { } call)
            {
                Read(graph, kernels, call, i, made);
            }
        }

        JoinFilters(graph, kernels);
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is PadCall pad)
            {
                Write(graph, kernels, pad, i);
            }
        }
    }

    /// <summary>Lets a call read its operands in the forms that the device asks for.</summary>
    private static void Read(
        ValueGraph graph, IKernels kernels, KernelCall call, int place,
        Dictionary<(DeviceSpan Value, int Version, Form Form), DeviceSpan> made)
    {
        var operands = call.Reads.ToArray();
        var forms = new Form[operands.Length];
        var conversions = new List<KernelCall>();
        for (var k = 0; k < operands.Length; k++)
        {
            forms[k] = kernels.Reads(call, k);
            if (forms[k] != Form.Plain)
            {
                var (x, form) = (operands[k], forms[k]);
                var key = (x, graph.Of(x, place).Version, form);
                if (!made.TryGetValue(key, out operands[k]))
                {
                    made.Add(key, operands[k] = graph.NewValue(x, form.Elements(x.Length)));
                    graph.Forms.Add(operands[k].Storage, form);
                    conversions.Add(form.Convert(x, operands[k]));
                }
            }
        }

        if (Array.Exists(forms, form => form != Form.Plain))
        {
            graph.PutBefore(place, [.. conversions]);
            graph.Replace(place, call.Reading(forms, operands));
        }
    }

    /// <summary>Lets the maker of a value write the padded value too.</summary>
    private static void Write(ValueGraph graph, IKernels kernels, PadCall pad, int place)
    {
        var form = new PlaneBorder(pad.Mode, pad.Value, pad.G);
        if (graph.IsValue(pad.Y) && graph.MakerOf(pad.X, place) is (var at, { } maker)
            && maker.Writing(pad.X, form, pad.Y) is { } both && kernels.Writes(maker, pad.X, form))
        {
            graph.Replace(at, both, place);
            graph.Forms[pad.Y.Storage] = form;
            if (graph.MadeAt(at, pad.X) is { IsKept: false, Readers: [] } && both.WithoutPlain() is { } alone)
            {
                graph.Replace(at, alone);
            }
        }
    }

    /// <summary>Each conversion of a weight goes to the first at which that weight was already what it is.</summary>
    private static void JoinFilters(ValueGraph graph, IKernels kernels)
    {
        var groups = new List<List<(int Place, ToFilterBlocksCall Call)>>();
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is ToFilterBlocksCall conversion)
            {
                var group = groups.Find(
                    group => group[0].Call.To.Type == conversion.To.Type && graph.IsSame(conversion.X, group[0].Place, i));
                if (group is null)
                {
                    groups.Add(group = []);
                }

                group.Add((i, conversion));
            }
        }

        foreach (var group in groups)
        {
            if (group.Count > 1 && new ToFilterBlocksOfAllCall([.. group.Select(member => member.Call)]) is var all && kernels.Fuses(all))
            {
                graph.Replace(group[0].Place, all, [.. group.Skip(1).Select(member => member.Place)]);
            }
        }
    }
}
