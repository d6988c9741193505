using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Data;

/// <summary>The direction of translation between domains A and B.</summary>
public enum Direction
{
    [JsonStringEnumMemberName("AtoB")]
    AToB,

    [JsonStringEnumMemberName("BtoA")]
    BToA,
}

internal static class Directions
{
    /// <summary>The opposite direction.</summary>
    public static Direction Opposite(this Direction direction) => direction == Direction.AToB ? Direction.BToA : Direction.AToB;
}
