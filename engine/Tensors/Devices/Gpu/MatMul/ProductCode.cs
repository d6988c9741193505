namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What NVIDIA's assembler 11.8 makes of each product kernel for sm_90, in registers and instructions, for estimates only. A test counts
/// them again: where a kernel or the compiler changes, it prints the row to write here. Each instruction counts once, also one within a
/// short loop before or behind the long one.
/// </summary>
/// <param name="Registers">registers a thread</param>
/// <param name="Before">instructions on the ways to the loop over depth tiles</param>
/// <param name="Behind">
/// instructions on the ways from the loop to the end, with all ways to store results, but without those that add the parts of a split depth
/// (<see cref="LastGroup"/>)
/// </param>
internal readonly record struct ProductCode(int Registers, int Before, int Behind)
{
    private static readonly Dictionary<(ProductRung, TileShape?, ProductPrecision, bool IsAlongDepth, bool ReadsVectors), ProductCode>
        s_table = new()
        {
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, false, false)] = new(54, 391, 35),
            [(ProductRung.Tiled, null, ProductPrecision.Fp32, true, false)] = new(54, 391, 35),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(128, 439, 2126),
            [(ProductRung.RegisterBlocked, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 427, 2131),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(80, 425, 1103),
            [(ProductRung.RegisterBlocked, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(72, 417, 1106),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(56, 424, 307),
            [(ProductRung.RegisterBlocked, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(48, 413, 307),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(56, 426, 307),
            [(ProductRung.RegisterBlocked, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(56, 415, 310),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, false, false)] = new(128, 749, 2247),
            [(ProductRung.DoubleBuffered, TileShape.Large, ProductPrecision.Fp32, true, false)] = new(128, 725, 2164),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, false, false)] = new(78, 743, 1184),
            [(ProductRung.DoubleBuffered, TileShape.Medium, ProductPrecision.Fp32, true, false)] = new(80, 704, 1092),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, false, false)] = new(64, 789, 344),
            [(ProductRung.DoubleBuffered, TileShape.Flat, ProductPrecision.Fp32, true, false)] = new(64, 843, 308),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, false, false)] = new(72, 658, 300),
            [(ProductRung.DoubleBuffered, TileShape.Slim, ProductPrecision.Fp32, true, false)] = new(72, 648, 300),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, false, true)] = new(128, 679, 2948),
            [(ProductRung.Vectorised, TileShape.Large, ProductPrecision.Fp32, true, true)] = new(128, 727, 2949),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, false, true)] = new(80, 675, 1599),
            [(ProductRung.Vectorised, TileShape.Medium, ProductPrecision.Fp32, true, true)] = new(96, 739, 1599),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, false, true)] = new(72, 626, 352),
            [(ProductRung.Vectorised, TileShape.Slim, ProductPrecision.Fp32, true, true)] = new(71, 652, 352),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, false)] = new(128, 879, 1194),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, false)] = new(126, 761, 1326),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, false, true)] = new(128, 856, 1194),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32, true, true)] = new(126, 740, 1326),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, false)] = new(128, 965, 1196),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, false)] = new(128, 863, 1310),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, false, true)] = new(128, 921, 1199),
            [(ProductRung.TensorCore, TileShape.Large, ProductPrecision.Bf16, true, true)] = new(126, 819, 1311),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, false)] = new(80, 854, 705),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, false)] = new(72, 738, 821),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, false, true)] = new(80, 830, 709),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Tf32, true, true)] = new(72, 717, 821),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, false)] = new(80, 936, 713),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, false)] = new(96, 845, 821),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, false, true)] = new(80, 891, 709),
            [(ProductRung.TensorCore, TileShape.Medium, ProductPrecision.Bf16, true, true)] = new(96, 796, 819),
        };

    public static ProductCode Of(ProductKernel kernel) =>
        s_table[(kernel.Rung, kernel.Shape, kernel.Precision, kernel.IsAlongDepth, kernel.ReadsVectors)];
}
