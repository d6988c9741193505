using IlgpuGan.Tensors.Devices.Gpu.Convolution;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Chooses the variant for each shape of product on one device, once: what was asked for, else what a tuner found, else what
/// <see cref="ConvolutionTable"/> says.
/// </summary>
internal sealed class ProductChoice(ProductDevice device, ProductTunings? tunings)
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
        !IsForced && shape.Depth > 0 && tunings is not null && tunings.Find(shape, precision) is null;

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

        var candidates = ConvolutionTable.Candidates(shape, device, precision, _highest);
        if (_highest is null && tunings?.Find(shape, precision) is { } tuned && device.Accepts(shape, tuned, precision))
        {
            return tuned;
        }

        return candidates.First(candidate => device.Accepts(shape, candidate, precision));
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
