using ILGPU;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Kernels that use what only CUDA has, each guarded so that it compiles everywhere.</summary>
public static class CudaKernels
{
    /// <summary>c[16, 8] = a[16, depth] * b[depth, 8] by one warp, in TF32.</summary>
    public static void TensorProduct(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int depth)
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }
        int row = Warp.LaneIdx / 4, column = Warp.LaneIdx % 4;
        AccumulatorFragment sum = default;
        for (int k = 0; k < depth; k += 8)
        {
            LeftFragment left = default;
            left.A0 = TensorCores.ToTf32(a[(row * depth) + k + column]);
            left.A1 = TensorCores.ToTf32(a[((row + 8) * depth) + k + column]);
            left.A2 = TensorCores.ToTf32(a[(row * depth) + k + column + 4]);
            left.A3 = TensorCores.ToTf32(a[((row + 8) * depth) + k + column + 4]);
            RightFragment right = default;
            right.B0 = TensorCores.ToTf32(b[((k + column) * 8) + row]);
            right.B1 = TensorCores.ToTf32(b[((k + column + 4) * 8) + row]);
            TensorCores.MultiplyTf32(ref sum, left, right);
        }

        c[(row * 8) + (2 * column)] = sum.C0;
        c[(row * 8) + (2 * column) + 1] = sum.C1;
        c[((row + 8) * 8) + (2 * column)] = sum.C2;
        c[((row + 8) * 8) + (2 * column) + 1] = sum.C3;
    }

    /// <summary>c[16, 8] = a[16, 16] * b[16, 8] in bfloat16, the factors brought to shared memory asynchronously.</summary>
    public static void StagedProduct(ArrayView<ushort> a, ArrayView<ushort> b, ArrayView<float> c)
    {
        if (!TensorCores.IsSupported || !AsyncCopy.IsSupported)
        {
            return;
        }
        var tileA = SharedMemory.Allocate<ushort>(16 * 16);
        var tileB = SharedMemory.Allocate<ushort>(16 * 8);
        int lane = Warp.LaneIdx;
        AsyncCopy.Copy16(ref tileA[lane * 8], ref a[lane * 8]);
        if (lane < 16)
        {
            AsyncCopy.Copy16(ref tileB[lane * 8], ref b[lane * 8]);
        }
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        Group.Barrier();
        var left = TensorCores.LoadLeft(ref tileA[(lane % 16 * 16) + (lane / 16 * 8)]);
        var right = TensorCores.LoadRightByRows(ref tileB[lane % 16 * 8]);
        AccumulatorFragment sum = default;
        TensorCores.MultiplyBFloat16(ref sum, left, right);
        int row = lane / 4, column = lane % 4 * 2;
        c[(row * 8) + column] = sum.C0;
        c[(row * 8) + column + 1] = sum.C1;
        c[((row + 8) * 8) + column] = sum.C2;
        c[((row + 8) * 8) + column + 1] = sum.C3;
    }

    /// <summary>Inline PTX in both forms, with a block of its own.</summary>
    public static void InlineAssembly(Index1D i, ArrayView<int> a)
    {
        if (!CudaAsm.IsSupported)
        {
            a[i] = -1;
            return;
        }

        CudaAsm.Emit("mov.u32 %0, %%laneid;", out int lane);
        CudaAsm.Emit("add.s32 %0, %1, %2;", out int sum, lane, a[i]);
        Input<int> x = sum;
        Output<int> y = default;
        Ref<int> z = lane;
        CudaAsm.EmitRef("{ .reg .b32 t; shl.b32 t, %0, 1; add.s32 %1, t, %2; mov.b32 %2, t; }", ref x, ref y, ref z);
        a[i] = y.Value + z.Value;
    }
}
