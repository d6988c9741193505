#if !USE_ILGPU_PACKAGES
namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>For large products on tensor cores: 8 warps, each with 32 x 64 results.</summary>
/// <typeparam name="TPrecision">says by how much rows are padded, so that the lanes of a fragment read from different memory banks</typeparam>
internal readonly struct LargeTensorTile<TPrecision> : ITile
    where TPrecision : struct, ITensorPrecision
{
    public static int Rows => 128;

    public static int Columns => 128;

    public static int Depth => 16;

    public static int OwnRows => 8;

    public static int OwnColumns => 8;

    public static int Padding => TPrecision.Padding;
}

/// <summary>For most layers on tensor cores: 4 warps, each with 32 x 32 results.</summary>
/// <typeparam name="TPrecision">as for <see cref="LargeTensorTile{TPrecision}"/></typeparam>
internal readonly struct MediumTensorTile<TPrecision> : ITile
    where TPrecision : struct, ITensorPrecision
{
    public static int Rows => 64;

    public static int Columns => 64;

    public static int Depth => 16;

    public static int OwnRows => 8;

    public static int OwnColumns => 4;

    public static int Padding => TPrecision.Padding;
}
#endif
