using IlgpuGan.Tensors.Devices.Gpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Chooses the variant for each shape of product on one device, and caches it: the forced one, else a tuned one, else that of
/// <see cref="ConvolutionTable"/>.
/// </summary>
/// <param name="tunings">tunings of single shapes, in any order of summation; null where none are kept</param>
/// <param name="firstUse">tunings of kinds of shapes, with the table's bits; null where none are kept</param>
internal sealed class ProductChoice(ProductDevice device, ProductTunings? tunings, FirstUseTunings? firstUse = null)
{
    /// <summary>The environment variable with the highest rung to use: <c>naive</c>, <c>tiled</c>, …</summary>
    public const string RungVariable = "ILGPUGAN_RUNG";

    private readonly Dictionary<(ProductShape, ProductPrecision, TuningMode), ProductVariant> _chosen = [];

    private readonly ProductRung? _highest = FromEnvironment();

    /// <summary>The highest rung to use, of <see cref="RungVariable"/>; null for the table's choice.</summary>
    public ProductRung? Highest => _highest;

    /// <summary>For measurements and tests: the variant for every product that it supports.</summary>
    public ProductVariant? Forced
    {
        get;
        set
        {
            field = value;
            _chosen.Clear();
        }
    }

    /// <summary>Which tunings override the table.</summary>
    public TuningMode Mode { get; set; }

    /// <summary>Whether the choice is forced by <see cref="Forced"/> or <see cref="RungVariable"/>.</summary>
    public bool IsForced => Forced is not null || _highest is not null;

    public ProductVariant For(in ProductShape shape, ProductPrecision precision)
    {
        if (!_chosen.TryGetValue((shape, precision, Mode), out var variant))
        {
            _chosen.Add((shape, precision, Mode), variant = Choose(shape, precision));
        }

        return variant;
    }

    /// <summary>Whether a tuner should measure a shape: nothing is forced, and it has no tuning.</summary>
    public bool LacksTuning(in ProductShape shape, ProductPrecision precision) =>
        !IsForced && Mode != TuningMode.Table && shape.Depth > 0 && tunings is not null && tunings.Find(shape, precision) is null;

    /// <summary>
    /// Whether a tuner should measure a shape's kind: the shape is new in this process, and its kind has no tuning.
    /// </summary>
    public bool LacksFirstUse(in ProductShape shape, ProductPrecision precision) =>
        Mode == TuningMode.FirstUse && firstUse is not null && !_chosen.ContainsKey((shape, precision, Mode)) && !IsForced
        && precision == ProductPrecision.Fp32 && tunings?.Find(shape, precision) is null
        && firstUse.Lacks(shape, ByTable(shape, precision));

    /// <summary>Stores the fastest variant of a shape's kind.</summary>
    public void LearnKind(in ProductShape shape, ProductVariant fastest)
    {
        firstUse!.Add(shape, ByTable(shape, ProductPrecision.Fp32), fastest);
        _chosen.Clear();
    }

    /// <summary>The table's variant.</summary>
    public ProductVariant ByTable(in ProductShape shape, ProductPrecision precision) =>
        ConvolutionTable.Chosen(shape, device, precision, _highest);

    /// <summary>Stores the fastest variant of a shape.</summary>
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
