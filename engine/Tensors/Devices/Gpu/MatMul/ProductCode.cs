namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What a product kernel is as machine code, as NVIDIA's assembler (11.8) makes it for sm_90: for estimates, which is all that it is used
/// for. A test holds the table against the assembler.
/// </summary>
/// <param name="Registers">of a thread</param>
/// <param name="Before">instructions in front of the loop over tiles of depth</param>
/// <param name="Loop">instructions of the loop: what is issued for one tile</param>
/// <param name="Behind">instructions behind it, with all ways to store results</param>
internal readonly record struct ProductCode(int Registers, int Before, int Loop, int Behind)
{
    private static readonly Dictionary<(ProductRung, TileShape?, ProductPrecision, bool IsAlongDepth, bool ReadsVectors), ProductCode>
        s_table = new()
        {
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, false, false)] = new(32, 302, 112, 25),
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, true, false)] = new(32, 302, 112, 25),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(127, 393, 1449, 1096),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 476, 1377, 1160),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(80, 372, 937, 585),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(110, 466, 851, 584),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(56, 359, 708, 192),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(96, 579, 506, 193),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(64, 364, 634, 192),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(77, 386, 619, 192),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(127, 853, 1409, 1092),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 799, 1440, 1157),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(79, 827, 883, 580),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(96, 784, 913, 586),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(63, 817, 513, 188),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(96, 978, 588, 188),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(72, 775, 729, 180),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(80, 750, 690, 180),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, false, true)] = new(128, 718, 1319, 1495),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, true, true)] = new(128, 825, 1392, 1575),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, false, true)] = new(80, 708, 771, 809),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, true, true)] = new(121, 807, 841, 809),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, false, true)] = new(71, 681, 572, 188),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, true, true)] = new(79, 673, 522, 188),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, false)] = new(229, 982, 374, 1676),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, false)] = new(231, 833, 420, 1674),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, true)] = new(228, 957, 330, 1676),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, true)] = new(230, 808, 376, 1674),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, false)] = new(229, 1105, 502, 1671),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, false)] = new(231, 1009, 596, 1673),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, true)] = new(227, 1035, 414, 1671),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, true)] = new(230, 937, 508, 1672),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, false)] = new(72, 676, 201, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, false)] = new(72, 596, 223, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, true)] = new(72, 672, 179, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, true)] = new(72, 592, 201, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, false)] = new(80, 739, 264, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, false)] = new(80, 684, 310, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, true)] = new(78, 713, 220, 599),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, true)] = new(78, 658, 266, 599),
        };

    /// <summary>Of the whole kernel.</summary>
    public int Instructions => Before + Loop + Behind;

    public static ProductCode Of(ProductKernel kernel) =>
        s_table[(kernel.Rung, kernel.Shape, kernel.Precision, kernel.IsAlongDepth, kernel.ReadsVectors)];
}
