namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The memory accesses of a product kernel, as <c>ncu</c> would count them on a card. Counted by the tests' PTX interpreter on a
/// convolution (<see cref="Layer"/>) or, along the depth, on its weight gradient.
/// </summary>
/// <param name="SectorsPerAccess">32-byte sectors of a warp's global memory access; four if 32 floats are contiguous</param>
/// <param name="RepeatsPerAccess">replays of a warp's shared memory access because of bank conflicts</param>
internal readonly record struct ProductTraffic(double SectorsPerAccess, double RepeatsPerAccess)
{
    /// <summary>Pictures, channels, height, width, filters, kernel height and width, stride, padding, groups.</summary>
    public const string Layer = "1 32 16 16 64 3 3 1 1 1";

    /// <summary>The counts by the kernel's name in <see cref="KernelCatalog"/>.</summary>
    public static IReadOnlyDictionary<string, ProductTraffic> All { get; } = new Dictionary<string, ProductTraffic>
    {
        ["product/tiled"] = new(3.34, 0.00),
        ["product/register-blocked-large-along-columns"] = new(4.76, 0.50),
        ["product/register-blocked-large-along-depth"] = new(3.81, 0.49),
        ["product/double-buffered-large-along-columns"] = new(4.73, 0.48),
        ["product/double-buffered-large-along-depth"] = new(3.66, 0.49),
        ["product/register-blocked-medium-along-columns"] = new(5.44, 0.35),
        ["product/register-blocked-medium-along-depth"] = new(4.84, 0.34),
        ["product/double-buffered-medium-along-columns"] = new(5.37, 0.33),
        ["product/double-buffered-medium-along-depth"] = new(4.64, 0.35),
        ["product/register-blocked-flat-along-columns"] = new(4.58, 0.29),
        ["product/register-blocked-flat-along-depth"] = new(3.08, 0.30),
        ["product/double-buffered-flat-along-columns"] = new(4.70, 0.25),
        ["product/double-buffered-flat-along-depth"] = new(2.96, 0.30),
        ["product/register-blocked-slim-along-columns"] = new(4.08, 0.25),
        ["product/register-blocked-slim-along-depth"] = new(4.29, 0.27),
        ["product/double-buffered-slim-along-columns"] = new(3.79, 0.27),
        ["product/double-buffered-slim-along-depth"] = new(3.94, 0.30),
        ["product/vectorised-large-along-columns"] = new(5.91, 0.49),
        ["product/vectorised-large-along-depth"] = new(4.38, 0.49),
        ["product/vectorised-medium-along-columns"] = new(7.22, 0.33),
        ["product/vectorised-medium-along-depth"] = new(6.03, 0.35),
        ["product/vectorised-slim-along-columns"] = new(8.95, 0.26),
        ["product/vectorised-slim-along-depth"] = new(9.26, 0.29),
        ["product/tensor-core-large-tf32-along-columns"] = new(7.70, 0.01),
        ["product/tensor-core-large-tf32-along-depth"] = new(8.95, 0.01),
        ["product/tensor-core-large-tf32-vector-rows-along-columns"] = new(5.12, 0.01),
        ["product/tensor-core-large-tf32-vector-rows-along-depth"] = new(7.09, 0.01),
        ["product/tensor-core-large-bf16-along-columns"] = new(11.00, 0.00),
        ["product/tensor-core-large-bf16-along-depth"] = new(13.65, 0.00),
        ["product/tensor-core-large-bf16-vector-rows-along-columns"] = new(6.73, 0.00),
        ["product/tensor-core-large-bf16-vector-rows-along-depth"] = new(11.17, 0.00),
        ["product/tensor-core-medium-tf32-along-columns"] = new(11.24, 0.02),
        ["product/tensor-core-medium-tf32-along-depth"] = new(12.57, 0.02),
        ["product/tensor-core-medium-tf32-vector-rows-along-columns"] = new(6.42, 0.03),
        ["product/tensor-core-medium-tf32-vector-rows-along-depth"] = new(8.43, 0.03),
        ["product/tensor-core-medium-bf16-along-columns"] = new(17.17, 0.00),
        ["product/tensor-core-medium-bf16-along-depth"] = new(19.78, 0.00),
        ["product/tensor-core-medium-bf16-vector-rows-along-columns"] = new(9.32, 0.00),
        ["product/tensor-core-medium-bf16-vector-rows-along-depth"] = new(13.72, 0.00),
    };
}
