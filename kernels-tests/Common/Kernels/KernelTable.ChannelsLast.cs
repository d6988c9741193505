namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    /// <summary>Forms of two bytes a number: <c>ChannelsLastTests</c> has their definition, the table their bits on any threads.</summary>
    private static IEnumerable<KernelCase> ChannelsLastRows()
    {
        var shapes = new[] { "2 3 6 8 4 3 3 1 1 1", "1 70 16 33 40 4 4 2 1 1" }.Select(Convolutions.Parse);
        var layer = Convolutions.Parse(s_layers[^1]);
        return
        [
            .. Row(
                "to channels last", shapes, (a, g) => ToChannelsLast(a, g, Last(g).Image(PadMode.Reflect)), null,
                onGpus: _ => false, timed: layer),
            .. Row(
                "to filter blocks", shapes, (a, g) => ToFilterBlocks(a, g, Last(g).Weight), null, onGpus: _ => false,
                timed: layer),
            .. Row(
                "to filter blocks of all", shapes, (a, g) => new ToFilterBlocksOfAllCall(
                    [ToFilterBlocks(a, g, Last(g).Weight), ToFilterBlocks(a, g, LastGradient(g).Weight)]), null, onGpus: _ => false),
            .. Row(
                "convolution with channels last", shapes, (a, g) => ChannelsLastConv2d(a, g, Last(g)), null,
                onGpus: _ => false, timed: layer),
            .. Row(
                "weight gradient with channels last", shapes, (a, g) => ChannelsLastWeightGradient(
                    a, g, Last(g).Image(PadMode.Constant),
                    LastGradient(g).Image(PadMode.Constant)), null,
                onGpus: _ => false, timed: layer),
        ];
    }

    private static ToChannelsLastCall ToChannelsLast(CallArrays a, ConvGeometry g, ImageForm form) =>
        new(a.In(g.X()), a.Out(form.Elements(g.X())), form);

    private static ToFilterBlocksCall ToFilterBlocks(CallArrays a, ConvGeometry g, FilterForm form) =>
        new(a.In(g.W()), a.Out(form.Elements(g.W())), form);

    private static ChannelsLastConv2dCall ChannelsLastConv2d(CallArrays a, ConvGeometry g, ChannelsLastGeometry last) => new(
        a.In(last.Image(PadMode.Constant).Elements(g.X()), 0.1, 1), a.In(last.Weight.Elements(g.W()), 0.1, 1), a.In(g.K), a.Out(g.Y()),
        last);

    private static ChannelsLastWeightGradientCall ChannelsLastWeightGradient(CallArrays a, ConvGeometry g, ImageForm x, ImageForm dy) =>
        new(a.In(x.Elements(g.X()), 0.1, 1), a.In(dy.Elements(g.Y()), 0.1, 1), a.Out(g.W()), x, dy, g, new(a.In(g.Y()), a.Out(g.K)));

    private static ChannelsLastGeometry Last(ConvGeometry g) => ChannelsLastGeometry.Forward(g, FactorType.Bfloat16);

    private static ChannelsLastGeometry LastGradient(ConvGeometry g) => ChannelsLastGeometry.InputGradient(g, FactorType.Bfloat16);
}
