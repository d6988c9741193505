namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of an activation of two joined values, each half of which is read by itself, is computed of each half: a norm's gradient
/// may then take the one in, through the dropout behind the activation, and another norm's gradient the other, much later
/// (<see cref="NormGradientFusion"/>): what a U-Net does at each level. For devices that take dropouts in, even where there is none.
/// </summary>
internal static class ConcatGradientFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        if (!kernels.Fuses(new NormToGradientCall(
            default, default, default, null, null, new NormTail(UnaryFunction.Relu, Dropout: default(NormDropout)))))
        {
            return;
        }

        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is UnaryGradientCall gradient && NormGradientFusion.Fits(gradient.F, gradient.P)
                && HalvesOf(graph, i, gradient.Dx) is var (first, second))
            {
                var (a, b) = (graph.NewValue(gradient.Dx, first.Length), graph.NewValue(gradient.Dx, second.Length));
                graph.Remove(i);
                graph.Use(gradient.Dx.Storage, span => span.Offset < second.Offset
                    ? span with { Storage = a.Storage }
                    : span with { Storage = b.Storage, Offset = span.Offset - second.Offset });
                graph.Replace(i, Of(gradient, second, b));
                graph.PutBefore(i, Of(gradient, first, a));
            }
        }
    }

    private static UnaryGradientCall Of(UnaryGradientCall whole, DeviceSpan half, DeviceSpan result) => whole with
    {
        Saved = whole.Saved with { Offset = whole.Saved.Offset + half.Offset, Length = half.Length },
        Dy = whole.Dy with { Offset = whole.Dy.Offset + half.Offset, Length = half.Length },
        Dx = result,
    };

    /// <summary>The two parts of a value that are read, if nobody reads across them and one goes to a norm's gradient.</summary>
    private static (DeviceSpan First, DeviceSpan Second)? HalvesOf(ValueGraph graph, int place, DeviceSpan value)
    {
        var made = graph.MadeAt(place, value);
        if (made.IsKept || !value.IsWhole() || !made.Readers.Any(reader => IsNorms(graph, reader)))
        {
            return null;
        }

        var read = made.Readers.SelectMany(reader => graph[reader]!.Reads).Where(span => span.Storage == value.Storage).Distinct();
        return read.OrderBy(span => span.Offset).ToArray() is [{ Offset: 0 } first, var second] && second.Offset == first.Length
            && first.Length + second.Length == value.Length
            ? (first, second)
            : null;
    }

    private static bool IsNorms(ValueGraph graph, int place) => graph[place] switch
    {
        NormalizeGradientCall { Dx: not null } => true,
        DropoutCall back => graph.MadeAt(place, back.Y).Readers is [var only] && graph[only] is NormalizeGradientCall { Dx: not null },
        _ => false,
    };
}
