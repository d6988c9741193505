namespace IlgpuGan.Models.Data;

/// <summary>Label maps of house fronts and pictures of them, as pairs; there are no hidden variables.</summary>
internal sealed class DrawnFacades : DrawnData
{
    public override string Name => "facades";

    public override string Summary => "label maps of house fronts (A) and pictures of them (B), as pairs in train and val";

    public override string Unit => "pair";

    public override int DefaultSide => 128;

    public override bool HasLabelMaps => true;

    public override string Describe(int side) => $"{side}x{side} pixels each half";

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default) =>
        new SyntheticFacades(count, side, seed, first: (uint)first).WriteTo(Path.Combine(folder, split), cancellation);
}
