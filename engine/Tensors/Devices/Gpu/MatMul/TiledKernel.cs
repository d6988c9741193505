using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Rung 2: 16 x 16 threads, one result each. Together they load a 16 x 16 tile of each factor into shared memory, and use each element 16
/// times.
/// </summary>
internal static class TiledKernel
{
    public const int Side = 16;

    public static void TiledProduct(Product product)
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(Side * Side), right = SharedMemory.Allocate<float>(Side * Side);
        GroupPlace place = GroupPlace.Enter(ref product, Side, Side);
        if (place.FirstColumn >= product.Columns)
        {
            return;
        }

        int x = Group.IdxX % Side, y = Group.IdxX / Side;
        int row = place.FirstRow + y, column = place.FirstColumn + x;
        float sum = 0;
        for (int depth = place.Begin; depth < place.End; depth += Side)
        {
            left[Group.IdxX] = product.LeftAt(row, depth + x, place.End);
            right[Group.IdxX] = product.RightAt(depth + y, column, place.End);
            Group.Barrier();
            for (int q = 0; q < Side; q++)
            {
                sum += left[(y * Side) + q] * right[(q * Side) + x];
            }

            Group.Barrier();
        }

        if (row < product.Rows && column < product.Columns)
        {
            product.Write(row, product.ColumnRadix.Of(column), sum);
        }
    }
}
