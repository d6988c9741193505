namespace IlgpuGan.Models.Data;

/// <summary>A point of the plane.</summary>
internal readonly record struct PlanePoint(float X, float Y)
{
    public double DistanceTo(PlanePoint other) =>
        Math.Sqrt(((X - other.X) * (double)(X - other.X)) + ((Y - other.Y) * (double)(Y - other.Y)));
}
