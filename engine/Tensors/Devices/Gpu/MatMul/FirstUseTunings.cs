using System.Numerics;
using System.Security.Cryptography;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The fastest rung for each kind of product, measured when a device is first used, among variants with the tile and bits of the table's
/// variant (<see cref="ProductTuner.HaveSameSummationOrder"/>). Products of a kind share a measurement: the table gives them the same tile
/// and a similar number of parts, and no extent is more than four times another's.
/// </summary>
/// <param name="table">maps a kind to a variant; the number of parts comes from <see cref="ConvolutionTable"/>, not from here</param>
internal sealed class FirstUseTunings(TuningTable table, ProductDevice device)
{
    /// <summary>Identifies the versions of the kernels and of their compiler.</summary>
    private static readonly string s_kernelSet = "kernels " + Convert.ToHexStringLower(SHA256.HashData(
        [
            .. typeof(FirstUseTunings).Module.ModuleVersionId.ToByteArray(),
            .. typeof(Accelerator).Module.ModuleVersionId.ToByteArray(),
        ]).AsSpan(0, 4));

    /// <summary>The tunings of an OpenCL device; null for other devices, or where there is no folder for them.</summary>
    public static FirstUseTunings? Of(Accelerator accelerator, ProductDevice device)
    {
        if (accelerator.AcceleratorType != AcceleratorType.OpenCL)
        {
            return null;
        }

        var identity = $"{ProductTuner.IdentityOf(accelerator)}, {s_kernelSet}";
        return Tunings.FileOf(identity) is { } path ? At(path, identity, device) : null;
    }

    /// <summary>The tunings of a file; none if it was written for another device, driver or set of kernels.</summary>
    internal static FirstUseTunings At(string path, string identity, ProductDevice device) =>
        new(new TuningTable(path, identity, IsVariant), device);

    /// <summary>The path of the file.</summary>
    public string Path => table.Path;

    /// <summary>Whether a product has exchangeable variants, and its kind has not been measured.</summary>
    public bool Lacks(in ProductShape shape, ProductVariant byTable) =>
        ProductTuner.KeepsSummationOrder(byTable) && table.Find(KindOf(shape, byTable)) is null;

    /// <summary>The measured variant of a product's kind, with the table's parts; null where none is usable for the product.</summary>
    public ProductVariant? Find(in ProductShape shape, ProductVariant byTable)
    {
        if (!ProductTuner.KeepsSummationOrder(byTable) || table.Find(KindOf(shape, byTable)) is not { } name)
        {
            return null;
        }

        var found = ProductVariant.Parse(name)!.Value with { Splits = byTable.Splits };
        var isUsable =
            device.Accepts(shape, found, ProductPrecision.Fp32) && ProductTuner.HaveSameSummationOrder(shape, found, byTable);
        return isUsable ? found : null;
    }

    public void Add(in ProductShape shape, ProductVariant byTable, ProductVariant fastest) =>
        table.Add(KindOf(shape, byTable), (fastest with { Splits = 1 }).ToString());

    private static bool IsVariant(string name) =>
        ProductVariant.Parse(name) is { Splits: 1 } variant && ProductTuner.KeepsSummationOrder(variant);

    private static string KindOf(in ProductShape s, ProductVariant byTable) => string.Create(
        CultureInfo.InvariantCulture,
        $"{byTable with { Splits = Size(byTable.Splits) }} {Size(s.Rows)}x{Size(s.Columns)}x{Size(s.Depth)} planes {Size(s.Planes)}" +
            $"{(s.IsAlongDepth ? " along depth" : "")}{(s.HasVectorRows ? " vector rows" : "")}{(s.HasFewTaps ? "" : " many taps")}");

    /// <summary>An extent, rounded down to a power of four.</summary>
    private static int Size(int extent) => 1 << (BitOperations.Log2((uint)Math.Max(extent, 1)) / 2 * 2);
}
