namespace IlgpuGan.Models.Families;

/// <summary>A loss of a step under the reference's name, with its weight applied where the reference applies it.</summary>
public readonly record struct Loss(string Name, float Value);
