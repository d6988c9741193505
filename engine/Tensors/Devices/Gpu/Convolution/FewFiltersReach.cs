using IlgpuGan.Tensors.Devices.Gpu.Registers;
using System.Reflection;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

using OneEight = One<Twice<Float4>>;
using OneFour = One<Float4>;
using SixEights = Pair<Triple<One<Twice<Float4>>, Twice<Float4>>, Twice<Float4>>;
using ThreeEights = Triple<One<Twice<Float4>>, Twice<Float4>>;
using ThreeFours = Triple<One<Float4>, Float4>;

/// <summary>
/// As <see cref="MatMul.ProductReach"/>: the share of a loop's instructions that multiply, as NVIDIA's assembler compiles it for sm_90.
/// </summary>
internal static class FewFiltersReach
{
    private static readonly Dictionary<MethodInfo, double> s_shares = new()
    {
        [((Delegate)FewFiltersKernel.FewFilters<Filters3Taps7, ThreeFours>).Method] = 588.0 / 1019,
        [((Delegate)FewFiltersKernel.FewFilters<Filters1Taps7, OneFour>).Method] = 196.0 / 562,
        [((Delegate)FewFiltersKernel.FewFilters<Filters1Taps4, OneFour>).Method] = 64.0 / 372,
        [((Delegate)FewFiltersStridedKernel.FewFiltersStrided<Filters3Taps4, ThreeEights>).Method] = 96.0 / 225,
        [((Delegate)FewFiltersStridedKernel.FewFiltersStrided<Filters6Taps4, SixEights>).Method] = 192.0 / 348,
        [((Delegate)FewFiltersGradientKernel.FewFiltersWeightGradient<Filters3Taps7, ThreeEights>).Method] = 672.0 / 994,
        [((Delegate)FewFiltersGradientKernel.FewFiltersWeightGradient<Filters1Taps7, OneEight>).Method] = 224.0 / 540,
    };

    /// <returns>the share; null for other kernels</returns>
    public static double? Of(MethodInfo kernel) => s_shares.TryGetValue(kernel, out var share) ? share : null;
}
