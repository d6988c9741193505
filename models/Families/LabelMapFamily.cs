using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A family that generates photographs from label maps: folders <c>train_label</c>, <c>train_img</c> and <c>train_inst</c>, or pairs of
/// which one half is the colour-coded map. The number of classes comes from the data.
/// </summary>
public abstract class LabelMapFamily<TOptions> : Family<TOptions>
    where TOptions : LabelMapOptions
{
    /// <summary>Contents of the data folder, for <see cref="FamilyInfo.Data"/>.</summary>
    protected const string LabelData =
        "label maps DIR/train_label, photographs DIR/train_img and, if there are any, instance maps DIR/train_inst; or pairs in " +
            "DIR/train whose A is a map in colours";

    protected override TOptions Completed(TOptions options) => (TOptions)(options.WithKnownClasses() switch
    {
        null => options.With(OpenUncoded(options).Coding),
        { ReadsLabelMaps: true, Palette.Length: 0 } known => known.With(LabelCoding.IndexColoursOf(
            LabelSource.Open(known.Data, "train", known.DataSettings(), known.Coding).Maps)),
        var known => known,
    });

    internal override (TrainingOptions Options, SampleSource Train) OpenTraining(TrainingOptions options)
    {
        var own = (TOptions)options;
        if (own.WithKnownClasses() is not null)
        {
            return base.OpenTraining(options);
        }

        var train = OpenUncoded(own);
        var completed = own.With(train.Coding).Validated(this);
        train.Coding = completed.Coding; // It may have more planes than the maps need.
        return (completed, train);
    }

    protected override SampleSource OpenData(TOptions options, string split, bool forEvaluation) =>
        LabelSource.Open(
            options.Data, split, options.DataSettings(forEvaluation), options.Coding, options.ReadsInstances, options.InstancesAreClasses);

    private static LabelSource OpenUncoded(TOptions options) => LabelSource.OpenUncoded(
        options.Data, "train", options.DataSettings(), options.ReadsInstances, options.InstancesAreClasses);

    protected override bool HasSplit(TOptions options, string split) => LabelSource.Exists(options.Data, split);

    protected override Batch Noise(TOptions options, Device device) => options.NoiseLabels(device);

    /// <summary>A generator of photographs.</summary>
    /// <param name="network">its name in checkpoints</param>
    /// <param name="o">planes and sides</param>
    protected static GeneratorSpec FromLabels(string network, TOptions o) => new()
    {
        Network = network, Direction = o.Direction, InputChannels = o.InputPlanes, OutputChannels = o.OutputNc,
        SideMultiple = o.SideMultiple, SmallestSide = o.SmallestSide, Description = o.GeneratorName,
        Labels = new LabelInput(o.Coding, o.Instance),
    };
}

/// <summary>Label maps as network inputs, and as pictures.</summary>
internal static class LabelPlanes
{
    /// <summary>The networks' input, [N, S, H, W]: one plane per class, and one of the borders if they are used.</summary>
    public static Tensor Of(Batch batch, LabelMapOptions options) =>
        options.Instance ? TensorOps.Concat(1, batch.Label, batch.Border) : batch.Label.Share();

    /// <summary>The maps in their colours, [N, 3, H, W] in [−1, 1].</summary>
    public static Tensor Show(Tensor label, LabelMapOptions options)
    {
        var colours = options.Coding.Colours;
        var planes = label.Shape[1];
        var weights = new float[3 * planes];
        for (var c = 0; c < weights.Length; c++)
        {
            var (channel, plane) = Math.DivRem(c, planes);
            weights[c] = plane < colours.Count ? (((colours[plane] >> (16 - (8 * channel))) & 255) / 127.5f) - 1 : -1;
        }

        using var mixture = Tensor.From(weights, new Shape(3, planes, 1, 1), label.Device);
        return label.Conv2d(mixture, null);
    }
}
