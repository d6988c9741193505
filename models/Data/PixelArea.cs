namespace IlgpuGan.Models.Data;

/// <summary>A rectangle of a picture, in pixels.</summary>
internal readonly record struct PixelArea(int X, int Y, int Width, int Height);
