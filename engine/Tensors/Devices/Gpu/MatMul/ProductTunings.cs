using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The fastest measured variants of product shapes on one device, stored in a <see cref="TuningTable"/>.</summary>
/// <param name="path">path of the file</param>
/// <param name="device">name, driver and version of this program, for which the measurements are valid</param>
internal sealed class ProductTunings(string path, string device)
{
    private readonly TuningTable _table = new(path, device, variant => ProductVariant.Parse(variant) is not null);

    public int Count => _table.Count;

    public ProductVariant? Find(in ProductShape shape, ProductPrecision precision) =>
        _table.Find(KeyOf(shape, precision)) is { } variant ? ProductVariant.Parse(variant) : null;

    /// <inheritdoc cref="TuningTable.Add"/>
    public void Add(in ProductShape shape, ProductPrecision precision, ProductVariant variant) =>
        _table.Add(KeyOf(shape, precision), variant.ToString());

    private static string KeyOf(in ProductShape s, ProductPrecision precision) => string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Rows}x{s.Columns}x{s.Depth} planes {s.Planes}{(s.IsAlongDepth ? " along depth" : "")}" +
            $"{(s.HasVectorRows ? " vector rows" : "")}{(s.IsPacked ? " packed" : "")}" +
            $"{(precision == ProductPrecision.Fp32 ? "" : $" {precision}").ToLowerInvariant()}");
}
