namespace IlgpuGan.Models.Data.Labels;

/// <summary>Pairs of a colour-coded label map and its photograph.</summary>
internal sealed class LabelPairs(AlignedFolder pairs, LabelCoding coding) : LabelSource(pairs.Settings, coding)
{
    public override int Count => pairs.Count;

    public override IReadOnlyList<string> Files => pairs.Files;

    internal override IReadOnlyList<(string File, Func<Picture> Read)> Maps =>
        [.. pairs.Unlimited.Select((file, i) => (file, (Func<Picture>)(() => Directed(i).Map)))];

    internal override IEnumerable<(string File, int Width, int Height)> Sizes(int most) => pairs.Sizes(most);

    /// <summary>That the maps keep their colours, which are classes, needs no remark.</summary>
    public override string? Warning() => pairs.PairWarning();

    public override string NameOf(int index) => pairs.NameOf(index);

    private protected override (LabelMap Labels, LabelMap? Instances, Picture Photo, string File) Read(int index)
    {
        var file = Files[index];
        var (map, photo) = Directed(index);
        return (MapOf(map, file), null, photo.ToChannels(Settings.OutputChannels, file), file);
    }

    /// <summary>Both halves were read as one.</summary>
    private protected override void CheckPartners(int index, (int Width, int Height) sides)
    {
    }

    private (Picture Map, Picture Photo) Directed(int index)
    {
        var (a, b) = pairs.ReadHalves(index);
        return Settings.Direction == Direction.AToB ? (a, b) : (b, a);
    }
}
