using System.Numerics;

namespace ILGPU.Algorithms;

/// <summary>Vectors of <see cref="System.Numerics"/> in kernels: sums by atomics, and indices of the same components.</summary>
public static class VectorExtensions
{
    /// <summary>The bytes before the component.</summary>
    public static readonly int Vector2XOffset;

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector2YOffset = sizeof(float);

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector3XOffset;

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector3YOffset = sizeof(float);

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector3ZOffset = 2 * sizeof(float);

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector4XOffset;

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector4YOffset = sizeof(float);

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector4ZOffset = 2 * sizeof(float);

    /// <inheritdoc cref="Vector2XOffset"/>
    public static readonly int Vector4WOffset = 3 * sizeof(float);

    /// <summary>Adds to each component atomically; the components of several additions may mix.</summary>
    public static void AtomicAdd(this VariableView<Vector2> target, Vector2 operand)
    {
        ArrayView<float> components = target.BaseView.Cast<float>();
        Atomic.Add(ref components[0], operand.X);
        Atomic.Add(ref components[1], operand.Y);
    }

    /// <inheritdoc cref="AtomicAdd(VariableView{Vector2}, Vector2)"/>
    public static void AtomicAdd(this VariableView<Vector3> target, Vector3 operand)
    {
        ArrayView<float> components = target.BaseView.Cast<float>();
        Atomic.Add(ref components[0], operand.X);
        Atomic.Add(ref components[1], operand.Y);
        Atomic.Add(ref components[2], operand.Z);
    }

    /// <inheritdoc cref="AtomicAdd(VariableView{Vector2}, Vector2)"/>
    public static void AtomicAdd(this VariableView<Vector4> target, Vector4 operand)
    {
        ArrayView<float> components = target.BaseView.Cast<float>();
        Atomic.Add(ref components[0], operand.X);
        Atomic.Add(ref components[1], operand.Y);
        Atomic.Add(ref components[2], operand.Z);
        Atomic.Add(ref components[3], operand.W);
    }

    public static Vector2 ToVector(this Index2D index) => new(index.X, index.Y);

    public static Vector3 ToVector(this Index3D index) => new(index.X, index.Y, index.Z);

    /// <summary>The components without their fractions.</summary>
    public static Index2D ToIndex(this Vector2 vector) => new((int)vector.X, (int)vector.Y);

    /// <inheritdoc cref="ToIndex(Vector2)"/>
    public static Index3D ToIndex(this Vector3 vector) => new((int)vector.X, (int)vector.Y, (int)vector.Z);
}
