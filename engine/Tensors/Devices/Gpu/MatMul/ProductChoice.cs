using IlgpuGan.Tensors.Devices.Gpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Chooses the variant for each shape of product on one device, once: what was asked for, else what a tuner found, else what
/// <see cref="ConvolutionTable"/> says.
/// </summary>
/// <param name="tunings">of single shapes, whatever order they add in; null where none are kept</param>
/// <param name="firstUse">of kinds of shapes, with the table's bits; null where none are kept</param>
internal sealed class ProductChoice(ProductDevice device, ProductTunings? tunings, FirstUseTunings? firstUse = null)
{
    /// <summary>The rung to take, or the highest one below it that can compute the product: <c>naive</c>, <c>tiled</c>, …</summary>
    public const string RungVariable = "ILGPUGAN_RUNG";

    private readonly Dictionary<(ProductShape, ProductPrecision), ProductVariant> _chosen = [];

    private readonly ProductRung? _highest = FromEnvironment();

    /// <summary>For measurements and tests: this variant for every product that it can compute.</summary>
    public ProductVariant? Forced
    {
        get;
        set
        {
            field = value;
            _chosen.Clear();
        }
    }

    /// <summary>What may go before the table.</summary>
    public TuningMode Mode
    {
        get;
        set
        {
            field = value;
            _chosen.Clear();
        }
    }

    /// <summary>Whether all products take what was asked for, by <see cref="Forced"/> or by <see cref="RungVariable"/>.</summary>
    public bool IsForced => Forced is not null || _highest is not null;

    public ProductVariant For(in ProductShape shape, ProductPrecision precision)
    {
        if (!_chosen.TryGetValue((shape, precision), out var variant))
        {
            _chosen.Add((shape, precision), variant = Choose(shape, precision));
        }

        return variant;
    }

    /// <summary>Whether a tuner should measure a shape: nothing is forced, and no tuning is known.</summary>
    public bool LacksTuning(in ProductShape shape, ProductPrecision precision) =>
        !IsForced && Mode != TuningMode.Table && shape.Depth > 0 && tunings is not null && tunings.Find(shape, precision) is null;

    /// <summary>
    /// Whether a shape comes up for the first time in this process, and a tuner should measure what its kind has the table's bits by.
    /// </summary>
    public bool LacksFirstUse(in ProductShape shape, ProductPrecision precision) =>
        Mode == TuningMode.FirstUse && firstUse is not null && !_chosen.ContainsKey((shape, precision)) && !IsForced
        && precision == ProductPrecision.Fp32 && tunings?.Find(shape, precision) is null
        && firstUse.Lacks(shape, ByTable(shape, precision));

    /// <summary>Takes what a tuner found for a shape's kind.</summary>
    public void LearnKind(in ProductShape shape, ProductVariant fastest)
    {
        firstUse!.Add(shape, ByTable(shape, ProductPrecision.Fp32), fastest);
        _chosen.Clear();
    }

    /// <summary>What the table says.</summary>
    public ProductVariant ByTable(in ProductShape shape, ProductPrecision precision) =>
        ConvolutionTable.Chosen(shape, device, precision, _highest);

    /// <summary>Takes what a tuner found.</summary>
    public void Learn(in ProductShape shape, ProductPrecision precision, ProductVariant variant)
    {
        tunings!.Add(shape, precision, variant);
        _chosen.Clear();
    }

    private ProductVariant Choose(ProductShape shape, ProductPrecision precision)
    {
        if (Forced is { } forced && device.Accepts(shape, forced, precision))
        {
            return forced;
        }

        var byTable = ByTable(shape, precision);
        if (_highest is not null || Mode == TuningMode.Table)
        {
            return byTable;
        }

        if (tunings?.Find(shape, precision) is { } tuned && device.Accepts(shape, tuned, precision))
        {
            return tuned;
        }

        return precision == ProductPrecision.Fp32 ? firstUse?.Find(shape, byTable) ?? byTable : byTable;
    }

    private static ProductRung? FromEnvironment()
    {
        var name = Environment.GetEnvironmentVariable(RungVariable);
        return string.IsNullOrEmpty(name)
            ? null
            : RungNames.Parse(name)
                ?? throw new DeviceException($"{RungVariable} is '{name}'; there are the rungs {string.Join(", ", RungNames.All)}");
    }
}
