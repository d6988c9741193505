namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Instruction counts of product kernels in machine code for sm_90, for estimates only. Large tensor-core tiles are
/// counted in ILGPU's code as NVIDIA's assembler 11.8 compiles it, except <paramref name="Adding"/>, which is approximate; all others in
/// the code of another compiler, which unrolled the loop over a tile's depth.
/// </summary>
/// <param name="Registers">registers a thread</param>
/// <param name="Before">instructions before the loop over depth tiles</param>
/// <param name="Loop">instructions of the loop, issued for each tile</param>
/// <param name="Behind">instructions after the loop, with all ways to store results</param>
/// <param name="Adding">
/// instructions that add the parts of a split depth (<see cref="LastGroup"/>) or, along the depth, rows (<see cref="RowSums"/>); skipped by
/// other launches
/// </param>
internal readonly record struct ProductCode(int Registers, int Before, int Loop, int Behind, int Adding = 0)
{
    private static readonly Dictionary<(ProductRung, TileShape?, ProductPrecision, bool IsAlongDepth, bool ReadsVectors), ProductCode>
        s_table = new()
        {
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, false, false)] = new(32, 302, 112, 25),
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, true, false)] = new(32, 302, 112, 25),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(128, 393, 1449, 1096, 358),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 476, 1377, 1160, 899),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(93, 372, 937, 585, 218),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(113, 466, 851, 584, 723),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(56, 359, 708, 192, 237),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(96, 579, 506, 193, 786),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(64, 364, 634, 192, 258),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(56, 386, 619, 192, 731),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(128, 853, 1409, 1092, 366),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 799, 1440, 1157, 892),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(95, 827, 883, 580, 238),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(125, 784, 913, 586, 741),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(63, 817, 513, 188, 242),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(96, 978, 588, 188, 774),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(72, 775, 729, 180, 236),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(72, 750, 690, 180, 764),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, false, true)] = new(128, 718, 1319, 1495, 364),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, true, true)] = new(128, 825, 1392, 1575, 872),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, false, true)] = new(95, 708, 771, 809, 224),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, true, true)] = new(127, 807, 841, 809, 735),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, false, true)] = new(72, 681, 572, 188, 271),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, true, true)] = new(72, 673, 522, 188, 825),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, false)] = new(128, 865, 264, 1209, 300),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, false)] = new(128, 1188, 307, 1209, 800),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, true)] = new(128, 842, 239, 1209, 300),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, true)] = new(128, 1167, 266, 1215, 800),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, false)] = new(128, 955, 340, 1211, 300),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, false)] = new(128, 1296, 380, 1214, 800),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, true)] = new(128, 908, 289, 1213, 300),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, true)] = new(128, 1239, 335, 1220, 800),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, false)] = new(72, 676, 201, 599, 228),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, false)] = new(72, 596, 223, 599, 782),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, true)] = new(72, 672, 179, 599, 230),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, true)] = new(72, 592, 201, 599, 784),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, false)] = new(72, 739, 264, 599, 230),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, false)] = new(80, 684, 310, 599, 743),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, true)] = new(78, 713, 220, 599, 228),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, true)] = new(78, 658, 266, 599, 741),
        };

    public static ProductCode Of(ProductKernel kernel) =>
        s_table[(kernel.Rung, kernel.Shape, kernel.Precision, kernel.IsAlongDepth, kernel.ReadsVectors)];
}
