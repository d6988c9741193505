namespace IlgpuGan.Models.Families;

/// <summary>
/// An image-to-image family. Its data are pairs (<c>DIR/train</c>, or two folders with equal file names) or two sets (<c>DIR/trainA</c>,
/// <c>DIR/trainB</c>), depending on <see cref="FamilyInfo.LearnsFromPairs"/>; or photographs alone, if the options say so.
/// </summary>
public abstract class PictureFamily<TOptions> : Family<TOptions>
    where TOptions : PictureOptions
{
    /// <summary>Contents of the data folder.</summary>
    private protected const string TwoSets = "two sets without pairs in DIR/trainA and DIR/trainB; DIR/testA and DIR/testB to look at";

    protected override SampleSource OpenData(TOptions options, string split, bool forEvaluation)
    {
        var (folder, settings) = (Path.Combine(options.Data, split), options.DataSettings(forEvaluation));
        return options.LearnsFromPhotographs ? GreyPhotographs.Open(options.FolderOf(split), settings)
            : Info.LearnsFromPairs ? AlignedFolder.Open(folder, settings) : UnalignedFolder.Open(folder, settings);
    }

    protected override bool HasSplit(TOptions options, string split)
    {
        var folder = Path.Combine(options.Data, split);
        return options.LearnsFromPhotographs
            ? PictureList.IsIn(folder)
            : PictureList.IsIn(folder + "A") || PictureList.IsIn(Info.LearnsFromPairs ? folder : Path.Combine(folder, "A"));
    }

    protected override Batch Noise(TOptions options, Device device) => options.NoisePair(device);

    /// <summary>A generator in the direction of training.</summary>
    /// <param name="network">its name in checkpoints</param>
    /// <param name="o">channels and sides</param>
    protected static GeneratorSpec ForwardGenerator(string network, TOptions o) => new()
    {
        Network = network, Direction = o.Direction, InputChannels = o.PictureChannels.Input, OutputChannels = o.PictureChannels.Output,
        SideMultiple = o.SideMultiple, SmallestSide = o.SmallestSide, Description = o.GeneratorName,
    };

    /// <summary>A generator against the direction of training.</summary>
    /// <inheritdoc cref="ForwardGenerator"/>
    protected static GeneratorSpec BackwardGenerator(string network, TOptions o) => ForwardGenerator(network, o) with
    {
        Direction = o.Direction.Opposite(), InputChannels = o.PictureChannels.Output, OutputChannels = o.PictureChannels.Input,
    };
}
