namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Which values exist in which forms (<see cref="Form"/>), and which call writes them. A call reads an operand in the form that the device
/// asks for; one conversion a value and form makes it, or the value's maker, where the device can write it there. The plain form of a
/// value that nobody reads is not written then.
/// </summary>
internal static class Forms
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        var made = new Dictionary<(DeviceSpan Value, int Version, Form Form), DeviceSpan>();
        for (var i = 0; i < graph.Count; i++)
        {
            for (var k = 0; k < graph[i]?.Reads.Count; k++)
            {
                var call = graph[i]!;
                if (kernels.Reads(call, k) is var form && form != Form.Plain)
                {
                    var x = call.Reads[k];
                    if (!made.TryGetValue((x, graph.Of(x, i).Version, form), out var other))
                    {
                        made.Add((x, graph.Of(x, i).Version, form), other = graph.NewValue(x, form.Count(x.Length)));
                        graph.Forms.Add(other.Storage, form);
                        graph.PutBefore(i, form.Convert(x, other));
                    }

                    graph.Replace(i, call.Reading(k, form, other));
                }
            }
        }

        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is PadCall pad && graph.IsValue(pad.Y) && graph.MakerOf(pad.X, i) is (var at, { } maker))
            {
                Write(graph, kernels, maker, at, pad.X, new Form(new PlaneBorder(pad.Mode, pad.Value, pad.G)), pad.Y, i);
            }
        }
    }

    private static void Write(
        ValueGraph graph, IKernels kernels, KernelCall maker, int place, DeviceSpan plain, Form form, DeviceSpan y, int conversion)
    {
        if (maker.Writing(plain, form, y) is { } both && kernels.Writes(maker, plain, form))
        {
            graph.Replace(place, both, conversion);
            graph.Forms[y.Storage] = form;
            if (graph.MadeAt(place, plain) is { IsKept: false, Readers: [] } && both.WithoutPlain() is { } alone)
            {
                graph.Replace(place, alone);
            }
        }
    }
}
