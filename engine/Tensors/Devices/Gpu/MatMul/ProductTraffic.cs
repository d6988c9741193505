namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// What a product kernel asks of memory, counted while the tests' machine for PTX ran it on a convolution (<see cref="Layer"/>), or, along
/// the depth, on its weight gradient: as <c>ncu</c> would count it on a card.
/// </summary>
/// <param name="SectorsPerAccess">sectors of 32 bytes that a warp's access of global memory touches; four are numbers side by side</param>
/// <param name="RepeatsPerAccess">how often a warp's access of shared memory is repeated: lanes want different words of a bank</param>
public readonly record struct ProductTraffic(double SectorsPerAccess, double RepeatsPerAccess)
{
    /// <summary>Pictures, channels, height, width, filters, taps down and across, stride, padding, groups.</summary>
    public const string Layer = "1 32 16 16 64 3 3 1 1 1";

    /// <summary>By the kernel's name.</summary>
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
